//! Turkish.

use super::{
    Texts,
    errors::{ErrorText, Errors},
    template::{MerchantText, Template},
    times::Times,
};

pub(super) const TEXTS: Texts = Texts {
    language: "tr",
    direction: "ltr",
    times: Times {
        plural: |_| 0,
        seconds: &["# saniye"],
        minutes: &["# dakika"],
        hours: &["# saat"],
        days: &["# gün"],
        future: Template::new("{0} sonra"),
        past: Template::new("{0} önce"),
        within_a_minute: "bir dakikadan kısa sürede",
        just_now: "az önce",
        date: Template::new("{0} {1} {2}, {3}"),
        months: [
            "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım",
            "Aralık",
        ],
    },
    unnamed: "mağaza",
    top_up: MerchantText { named: Template::new("{0} bakiyenizi yükleyin"), unnamed: "Mağaza bakiyenizi yükleyin" },
    on_network: Template::new("{0} ({1} ağı)"),
    any_amount: "Göndereceğiniz tutarı siz belirlersiniz.",
    some_minimum: "Alt sınırın altındaki transferler bakiyenize eklenmez ve kaybolabilir.",
    at_least: "en az",
    send_at_least: Template::new(
        "En az {0} {1} gönderin. Daha düşük tutarlı transferler bakiyenize eklenmez ve kaybolabilir.",
    ),
    which_coin: "Hangi kripto parayı göndermek istiyorsunuz?",
    filter: "Kripto para veya ağ ara",
    no_match: "Eşleşen kripto para yok.",
    which_network: "Cüzdanınızın gönderim yaptığı ağı seçin. Başka bir ağ üzerinden gönderilen kripto paralar \
                    kaybolur.",
    to_payment: "Ödemeye devam et",
    to_payment_hint: "Citron ödeme sayfasını açar.",
    to_address: "Yatırma adresini göster",
    to_address_hint: "Herhangi bir cüzdandan veya borsadan gönderin.",
    expires: Template::new("Bu bağlantının süresi {0} dolacak ({1})."),
    redirecting: Template::new("{0} yatırın"),
    redirecting_hint: "Ödeme sayfasına yönlendiriliyorsunuz. Bir şey olmazsa düğmeyi kullanın.",
    opens_new_tab: "Ödeme sayfası yeni bir sekmede açılır. Transferinizin ulaştığını görmek için buraya dönün.",
    start_again: "Başka bir kripto para seç veya baştan başla",
    send: Template::new("{0} gönderin"),
    memo_needed: "Bu transfer için memo gerekli",
    memo_why: "Gönderirken bu memoyu girin (bazı cüzdanlarda etiket, tag veya açıklama olarak geçer). Memo \
               girilmezse transferiniz kaybolur.",
    memo: "Memo",
    address: "Yatırma adresi",
    copy: "Kopyala",
    copied: "Kopyalandı",
    qr_code: "Cüzdanınız için yatırma adresinin QR kodu",
    qr_code_without_memo: "QR kodu yalnızca adresi içerir. Memoyu kendiniz girin.",
    only_on: Template::new(
        "Yalnızca {0} gönderin ve yalnızca {1} ağını kullanın. Bu adrese gönderilen başka her şey kaybolur.",
    ),
    only: Template::new("Yalnızca {0} gönderin. Bu adrese gönderilen başka her şey kaybolur."),
    to_status: "Gönderdim",
    status: "Transferiniz",
    nothing_yet: "Henüz bir transfer görülmedi.",
    nothing_yet_why: "Transferiniz, ağ tarafından işlendiğinde burada görünür. Bu, birkaç saniyeden bir saate kadar \
                      sürebilir. Bu sayfayı kapatıp daha sonra geri dönebilirsiniz.",
    earlier: "Önceki transferler",
    older_dropped: "Daha eski transferler artık gösterilmiyor.",
    address_again: "Yatırma adresini tekrar göster",
    some_deposit: "Bir transfer",
    seen: "Görüldü, ağın onayı bekleniyor.",
    confirmed: "Ağ tarafından onaylandı.",
    cancelled: "İptal edildi. Transfer ulaşmadı.",
    after_fees: Template::new("Ödeme geçidinin ücretleri düşüldükten sonra: {0}"),
    seen_at: Template::new("Görülme: {0} ({1})"),
    confirmed_at: Template::new("Onay: {0} ({1})"),
    cancelled_at: Template::new("İptal: {0} ({1})"),
    refreshes: Template::new("Bu sayfa {0} arayla yenilenir."),
    updates: "Bu sayfa kendiliğinden güncellenir.",
    refresh: "Şimdi yenile",
    stop_refreshing: "Yenilemeyi durdur",
    back_to: MerchantText { named: Template::new("{0} sitesine dön"), unnamed: "Mağazaya dön" },
    footer: MerchantText {
        named: Template::new("{0} için yapılan transferler Citron ödeme geçidi tarafından işlenir."),
        unnamed: "Mağaza için yapılan transferler Citron ödeme geçidi tarafından işlenir.",
    },
    try_again: "Tekrar dene",
    open_again: "Bağlantıyı tekrar aç",
    errors: Errors {
        invalid: ErrorText {
            heading: "Bu bağlantı geçerli değil",
            body: "Bağlantının tamamını açtığınızdan emin olun veya yeni bir bağlantı isteyin.",
        },
        no_such_page: ErrorText {
            heading: "Sayfa bulunamadı",
            body: "Bağlantınız geçerli, ancak bu sayfa ona ait değil.",
        },
        expired: ErrorText {
            heading: "Bu bağlantının süresi doldu",
            body: "Yeni bir bağlantı isteyin. Daha önce gönderdiğiniz transfer kaybolmaz.",
        },
        coin: ErrorText {
            heading: "Bu seçenek kullanılamıyor",
            body: "Kripto para kullanılamıyor veya hiçbiri seçilmedi. Lütfen listeden birini seçin.",
        },
        no_coin: ErrorText {
            heading: "Şu anda kullanılabilir kripto para yok",
            body: "Bu bağlantıdaki kripto paraların hiçbiri şu anda kullanılamıyor. Lütfen daha sonra tekrar \
                   deneyin veya yeni bir bağlantı isteyin.",
        },
        rate_limited: ErrorText { heading: "Çok fazla istek", body: "Lütfen bir dakika bekleyip tekrar deneyin." },
        unknown: ErrorText {
            heading: "İşlem her zamankinden uzun sürüyor",
            body: "Ödemenizin oluşturulup oluşturulmadığı henüz bilinmiyor. Hesabınızdan para çekilmedi. Lütfen \
                   birkaç saniye sonra tekrar deneyin.",
        },
        unreachable: ErrorText {
            heading: "Ödeme hizmetine ulaşılamıyor",
            body: "Hesabınızdan para çekilmedi. Lütfen biraz sonra tekrar deneyin.",
        },
        broken: ErrorText {
            heading: "Şu anda para yatırılamıyor",
            body: "Önce mağazanın bir sorunu gidermesi gerekiyor. Hesabınızdan para çekilmedi. Lütfen daha sonra \
                   tekrar deneyin.",
        },
        status: ErrorText {
            heading: "Durum şu anda görüntülenemiyor",
            body: "Transferiniz bundan etkilenmez. Lütfen bir dakika sonra tekrar bakın.",
        },
    },
};
