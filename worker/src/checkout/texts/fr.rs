//! French.

use super::{
    Texts,
    errors::{ErrorText, Errors},
    template::{MerchantText, Template},
    times::Times,
};

pub(super) const TEXTS: Texts = Texts {
    language: "fr",
    direction: "ltr",
    times: Times {
        plural: |number| usize::from(number > 1),
        seconds: &["# seconde", "# secondes"],
        minutes: &["# minute", "# minutes"],
        hours: &["# heure", "# heures"],
        days: &["# jour", "# jours"],
        future: Template::new("dans {0}"),
        past: Template::new("il y a {0}"),
        within_a_minute: "dans moins d’une minute",
        just_now: "à l’instant",
        date: Template::new("{0} {1} {2}, {3}"),
        months: [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
    },
    unnamed: "la boutique",
    top_up: MerchantText {
        named: Template::new("Rechargez votre solde chez {0}"),
        unnamed: "Rechargez votre solde dans la boutique",
    },
    on_network: Template::new("{0} sur {1}"),
    any_amount: "Vous choisissez le montant à envoyer.",
    some_minimum: "Les dépôts inférieurs au minimum ne sont pas crédités et peuvent être perdus.",
    at_least: "au moins",
    send_at_least: Template::new(
        "Envoyez au moins {0} {1}. Les dépôts inférieurs ne sont pas crédités et peuvent être perdus.",
    ),
    which_coin: "Quelle cryptomonnaie souhaitez-vous envoyer ?",
    filter: "Cryptomonnaie ou réseau",
    no_match: "Aucune cryptomonnaie ne correspond.",
    which_network: "Choisissez le réseau sur lequel votre portefeuille effectue l’envoi. Tout envoi sur un autre \
                    réseau est perdu.",
    to_payment: "Continuer vers le paiement",
    to_payment_hint: "Ouvre la page de paiement de Citron.",
    to_address: "Afficher l’adresse de dépôt",
    to_address_hint: "Envoyez depuis le portefeuille ou la plateforme de votre choix.",
    expires: Template::new("Ce lien expire {0} ({1})."),
    redirecting: Template::new("Dépôt en {0}"),
    redirecting_hint: "Redirection vers la page de paiement en cours. Si rien ne se passe, utilisez le bouton.",
    opens_new_tab: "La page de paiement s’ouvre dans un nouvel onglet. Revenez ici pour voir arriver votre dépôt.",
    start_again: "Choisir une autre cryptomonnaie ou recommencer",
    send: Template::new("Envoyer {0}"),
    memo_needed: "Ce dépôt nécessite un mémo",
    memo_why: "Indiquez ce mémo lors de l’envoi (certains portefeuilles l’appellent tag ou commentaire). Sans lui, \
               votre dépôt est perdu.",
    memo: "Mémo",
    address: "Adresse de dépôt",
    copy: "Copier",
    copied: "Copié",
    qr_code: "Code QR de l’adresse de dépôt, pour votre portefeuille",
    qr_code_without_memo: "Le code QR ne contient que l’adresse. Saisissez le mémo vous-même.",
    only_on: Template::new(
        "Envoyez uniquement {0}, et uniquement sur le réseau {1}. Tout autre envoi à cette adresse est perdu.",
    ),
    only: Template::new("Envoyez uniquement {0}. Tout autre envoi à cette adresse est perdu."),
    to_status: "J’ai effectué l’envoi",
    status: "Votre dépôt",
    nothing_yet: "Aucun dépôt n’a encore été détecté.",
    nothing_yet_why: "Votre dépôt apparaîtra ici dès que le réseau l’aura traité. Cela peut prendre de quelques \
                      secondes à une heure. Vous pouvez fermer cette page et revenir plus tard.",
    earlier: "Dépôts précédents",
    older_dropped: "Les dépôts plus anciens ne sont plus affichés.",
    address_again: "Afficher à nouveau l’adresse de dépôt",
    some_deposit: "Un dépôt",
    seen: "Détecté, en attente de confirmation par le réseau.",
    confirmed: "Confirmé par le réseau.",
    cancelled: "Annulé. Le dépôt n’est pas arrivé.",
    after_fees: Template::new("Après les frais de la passerelle : {0}"),
    seen_at: Template::new("Détecté {0} ({1})"),
    confirmed_at: Template::new("Confirmé {0} ({1})"),
    cancelled_at: Template::new("Annulé {0} ({1})"),
    refreshes: Template::new("Cette page s’actualise toutes les {0}."),
    updates: "Cette page s’actualise automatiquement.",
    refresh: "Actualiser maintenant",
    stop_refreshing: "Arrêter l’actualisation",
    back_to: MerchantText { named: Template::new("Retour à {0}"), unnamed: "Retour à la boutique" },
    footer: MerchantText {
        named: Template::new("Les dépôts pour {0} sont traités par la passerelle de paiement Citron."),
        unnamed: "Les dépôts pour la boutique sont traités par la passerelle de paiement Citron.",
    },
    try_again: "Réessayer",
    open_again: "Rouvrir le lien",
    errors: Errors {
        invalid: ErrorText {
            heading: "Ce lien n’est pas valide",
            body: "Vérifiez que vous avez ouvert le lien complet, ou demandez-en un nouveau.",
        },
        no_such_page: ErrorText {
            heading: "Page introuvable",
            body: "Votre lien est valide, mais cette page n’en fait pas partie.",
        },
        expired: ErrorText {
            heading: "Ce lien a expiré",
            body: "Demandez-en un nouveau. Un dépôt que vous avez déjà envoyé n’est pas perdu.",
        },
        coin: ErrorText {
            heading: "Ce choix n’est pas disponible",
            body: "La cryptomonnaie n’est pas disponible, ou aucune n’a été choisie. Veuillez en choisir une dans \
                   la liste.",
        },
        no_coin: ErrorText {
            heading: "Aucune cryptomonnaie n’est disponible pour le moment",
            body: "Aucune des cryptomonnaies de ce lien n’est disponible actuellement. Veuillez réessayer plus tard \
                   ou demander un nouveau lien.",
        },
        rate_limited: ErrorText {
            heading: "Trop de demandes", body: "Veuillez patienter une minute, puis réessayer."
        },
        unknown: ErrorText {
            heading: "L’opération prend plus de temps que d’habitude",
            body: "Nous ne savons pas encore si votre paiement a été créé. Aucun montant ne vous a été débité. \
                   Veuillez réessayer dans quelques secondes.",
        },
        unreachable: ErrorText {
            heading: "Le service de paiement est injoignable",
            body: "Aucun montant ne vous a été débité. Veuillez réessayer dans un instant.",
        },
        broken: ErrorText {
            heading: "Les dépôts sont impossibles pour le moment",
            body: "La boutique doit d’abord résoudre un problème. Aucun montant ne vous a été débité. Veuillez \
                   réessayer plus tard.",
        },
        status: ErrorText {
            heading: "Le statut n’est pas disponible pour le moment",
            body: "Votre dépôt n’est pas affecté. Veuillez vérifier à nouveau dans une minute.",
        },
    },
};
