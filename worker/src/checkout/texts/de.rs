//! German.

use super::{
    Texts,
    errors::{ErrorText, Errors},
    template::{MerchantText, Template},
    times::{Times, one_or_other},
};

pub(super) const TEXTS: Texts = Texts {
    language: "de",
    direction: "ltr",
    times: Times {
        plural: one_or_other,
        seconds: &["# Sekunde", "# Sekunden"],
        minutes: &["# Minute", "# Minuten"],
        hours: &["# Stunde", "# Stunden"],
        days: &["# Tag", "# Tagen"],
        future: Template::new("in {0}"),
        past: Template::new("vor {0}"),
        within_a_minute: "in weniger als einer Minute",
        just_now: "gerade eben",
        date: Template::new("{0}. {1} {2}, {3}"),
        months: [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
    },
    unnamed: "Shop",
    top_up: MerchantText { named: Template::new("Guthaben bei {0} aufladen"), unnamed: "Guthaben beim Shop aufladen" },
    on_network: Template::new("{0} auf {1}"),
    any_amount: "Sie bestimmen selbst, wie viel Sie senden.",
    some_minimum: "Einzahlungen unter dem Mindestbetrag werden nicht gutgeschrieben und können verloren gehen.",
    at_least: "mindestens",
    send_at_least: Template::new(
        "Senden Sie mindestens {0} {1}. Kleinere Einzahlungen werden nicht gutgeschrieben und können verloren gehen.",
    ),
    which_coin: "Welche Kryptowährung möchten Sie senden?",
    filter: "Währung oder Netzwerk",
    no_match: "Keine passende Kryptowährung.",
    which_network: "Wählen Sie das Netzwerk, über das Ihre Wallet sendet. Was über ein anderes Netzwerk gesendet \
                    wird, ist verloren.",
    to_payment: "Weiter zur Zahlung",
    to_payment_hint: "Öffnet die Zahlungsseite von Citron.",
    to_address: "Einzahlungsadresse anzeigen",
    to_address_hint: "Aus jeder Wallet oder Börse.",
    expires: Template::new("Dieser Link läuft {0} ab ({1})."),
    redirecting: Template::new("{0} einzahlen"),
    redirecting_hint: "Sie werden zur Zahlungsseite weitergeleitet. Wenn nichts passiert, nutzen Sie die \
                       Schaltfläche.",
    opens_new_tab: "Die Zahlungsseite öffnet sich in einem neuen Tab. Kehren Sie hierher zurück, um den Eingang \
                    Ihrer Einzahlung zu sehen.",
    start_again: "Andere Kryptowährung wählen oder neu beginnen",
    send: Template::new("{0} senden"),
    memo_needed: "Für diese Einzahlung ist ein Memo nötig",
    memo_why: "Geben Sie beim Senden dieses Memo an (manche Wallets nennen es Tag oder Kommentar). Ohne das Memo \
               ist Ihre Einzahlung verloren.",
    memo: "Memo",
    address: "Einzahlungsadresse",
    copy: "Kopieren",
    copied: "Kopiert",
    qr_code: "QR-Code der Einzahlungsadresse für Ihre Wallet",
    qr_code_without_memo: "Der QR-Code enthält nur die Adresse. Geben Sie das Memo selbst ein.",
    only_on: Template::new(
        "Senden Sie nur {0}, und nur über das Netzwerk {1}. Alles andere, was an diese Adresse gesendet wird, ist \
         verloren.",
    ),
    only: Template::new("Senden Sie nur {0}. Alles andere, was an diese Adresse gesendet wird, ist verloren."),
    to_status: "Ich habe den Betrag gesendet",
    status: "Ihre Einzahlung",
    nothing_yet: "Bisher ist keine Einzahlung eingegangen.",
    nothing_yet_why: "Ihre Einzahlung erscheint hier, sobald das Netzwerk sie verarbeitet hat. Das kann einige \
                      Sekunden bis zu einer Stunde dauern. Sie können diese Seite schließen und später wiederkommen.",
    earlier: "Frühere Einzahlungen",
    older_dropped: "Ältere Einzahlungen werden nicht mehr angezeigt.",
    address_again: "Einzahlungsadresse erneut anzeigen",
    some_deposit: "Eine Einzahlung",
    seen: "Erkannt, wartet auf die Bestätigung durch das Netzwerk.",
    confirmed: "Vom Netzwerk bestätigt.",
    cancelled: "Abgebrochen. Die Einzahlung ist nicht angekommen.",
    after_fees: Template::new("Nach Abzug der Gebühren des Gateways: {0}"),
    seen_at: Template::new("Erkannt {0} ({1})"),
    confirmed_at: Template::new("Bestätigt {0} ({1})"),
    cancelled_at: Template::new("Abgebrochen {0} ({1})"),
    refreshes: Template::new("Diese Seite aktualisiert sich alle {0}."),
    updates: "Diese Seite aktualisiert sich von selbst.",
    refresh: "Jetzt aktualisieren",
    stop_refreshing: "Nicht mehr aktualisieren",
    back_to: MerchantText { named: Template::new("Zurück zu {0}"), unnamed: "Zurück zum Shop" },
    footer: MerchantText {
        named: Template::new("Einzahlungen bei {0} werden vom Zahlungsgateway Citron verarbeitet."),
        unnamed: "Einzahlungen beim Shop werden vom Zahlungsgateway Citron verarbeitet.",
    },
    try_again: "Erneut versuchen",
    open_again: "Link erneut öffnen",
    errors: Errors {
        invalid: ErrorText {
            heading: "Dieser Link ist ungültig",
            body: "Prüfen Sie, ob Sie den vollständigen Link geöffnet haben, oder fordern Sie einen neuen an.",
        },
        no_such_page: ErrorText {
            heading: "Seite nicht gefunden",
            body: "Ihr Link ist gültig, aber diese Seite gehört nicht dazu.",
        },
        expired: ErrorText {
            heading: "Dieser Link ist abgelaufen",
            body: "Fordern Sie einen neuen an. Eine Einzahlung, die Sie bereits gesendet haben, ist nicht verloren.",
        },
        coin: ErrorText {
            heading: "Diese Auswahl ist nicht verfügbar",
            body: "Die Kryptowährung ist nicht verfügbar, oder es wurde keine ausgewählt. Bitte wählen Sie eine aus \
                   der Liste.",
        },
        no_coin: ErrorText {
            heading: "Zurzeit ist keine Kryptowährung verfügbar",
            body: "Keine der Kryptowährungen dieses Links ist gerade verfügbar. Bitte versuchen Sie es später \
                   erneut, oder fordern Sie einen neuen Link an.",
        },
        rate_limited: ErrorText {
            heading: "Zu viele Anfragen",
            body: "Bitte warten Sie eine Minute, und versuchen Sie es dann erneut.",
        },
        unknown: ErrorText {
            heading: "Das dauert länger als üblich",
            body: "Es ist noch nicht bekannt, ob Ihre Zahlung angelegt wurde. Es wurde nichts abgebucht. Bitte \
                   versuchen Sie es in einigen Sekunden erneut.",
        },
        unreachable: ErrorText {
            heading: "Der Zahlungsdienst ist nicht erreichbar",
            body: "Es wurde nichts abgebucht. Bitte versuchen Sie es gleich noch einmal.",
        },
        broken: ErrorText {
            heading: "Einzahlungen sind zurzeit nicht möglich",
            body: "Der Shop muss zuerst ein Problem beheben. Es wurde nichts abgebucht. Bitte versuchen Sie es \
                   später erneut.",
        },
        status: ErrorText {
            heading: "Der Status ist gerade nicht verfügbar",
            body: "Ihre Einzahlung ist davon nicht betroffen. Bitte sehen Sie in einer Minute noch einmal nach.",
        },
    },
};
