//! Simplified Chinese.

use super::{
    Texts,
    errors::{ErrorText, Errors},
    template::{MerchantText, Template},
    times::Times,
};

pub(super) const TEXTS: Texts = Texts {
    language: "zh",
    direction: "ltr",
    times: Times {
        plural: |_| 0,
        seconds: &["#秒"],
        minutes: &["#分钟"],
        hours: &["#小时"],
        days: &["#天"],
        future: Template::new("{0}后"),
        past: Template::new("{0}前"),
        within_a_minute: "一分钟内",
        just_now: "刚刚",
        date: Template::new("{2}年{1}月{0}日 {3}"),
        months: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"],
    },
    unnamed: "商家",
    top_up: MerchantText {
        named: Template::new("为您在 {0} 的账户充值"), unnamed: "为您在商家的账户充值"
    },
    on_network: Template::new("{0}（{1} 网络）"),
    any_amount: "发送金额由您决定。",
    some_minimum: "低于最低金额的充值不会入账，且可能丢失。",
    at_least: "至少",
    send_at_least: Template::new("请至少发送 {0} {1}。低于此金额的充值不会入账，且可能丢失。"),
    which_coin: "您要发送哪种加密货币？",
    filter: "查找币种或网络",
    no_match: "没有匹配的币种。",
    which_network: "请选择您的钱包发送时使用的网络。通过其他网络发送的资产将会丢失。",
    to_payment: "继续付款",
    to_payment_hint: "将打开 Citron 的付款页面。",
    to_address: "显示充值地址",
    to_address_hint: "可从任意钱包或交易所发送。",
    expires: Template::new("此链接将在{0}失效（{1}）。"),
    redirecting: Template::new("充值 {0}"),
    redirecting_hint: "正在跳转到付款页面。如果没有反应，请点击按钮。",
    opens_new_tab: "付款页面将在新标签页中打开。请返回此处查看充值是否到账。",
    start_again: "选择其他币种或重新开始",
    send: Template::new("发送 {0}"),
    memo_needed: "此充值必须填写备注（Memo）",
    memo_why: "发送时请填写此备注（有些钱包称之为标签、Tag 或附言）。不填写备注，您的充值将会丢失。",
    memo: "备注（Memo）",
    address: "充值地址",
    copy: "复制",
    copied: "已复制",
    qr_code: "充值地址二维码，供您的钱包使用",
    qr_code_without_memo: "二维码仅包含地址。请自行填写备注。",
    only_on: Template::new("请仅发送 {0}，且仅使用 {1} 网络。发送到此地址的任何其他资产都将丢失。"),
    only: Template::new("请仅发送 {0}。发送到此地址的任何其他资产都将丢失。"),
    to_status: "我已发送",
    status: "您的充值",
    nothing_yet: "尚未检测到充值。",
    nothing_yet_why: "网络处理完成后，您的充值会显示在此处。这可能需要几秒钟到一小时。您可以关闭此页面，稍后再回来查看。",
    earlier: "之前的充值",
    older_dropped: "更早的充值不再显示。",
    address_again: "再次显示充值地址",
    some_deposit: "一笔充值",
    seen: "已检测到，正在等待网络确认。",
    confirmed: "网络已确认。",
    cancelled: "已取消，未到账。",
    after_fees: Template::new("扣除网关手续费后：{0}"),
    seen_at: Template::new("{0}检测到（{1}）"),
    confirmed_at: Template::new("{0}确认（{1}）"),
    cancelled_at: Template::new("{0}取消（{1}）"),
    refreshes: Template::new("此页面每{0}自动刷新一次。"),
    updates: "此页面会自动更新。",
    refresh: "立即刷新",
    stop_refreshing: "停止自动刷新",
    back_to: MerchantText { named: Template::new("返回 {0}"), unnamed: "返回商家" },
    footer: MerchantText {
        named: Template::new("{0} 的充值由支付网关 Citron 处理。"),
        unnamed: "商家的充值由支付网关 Citron 处理。",
    },
    try_again: "重试",
    open_again: "重新打开链接",
    errors: Errors {
        invalid: ErrorText {
            heading: "此链接无效", body: "请确认您打开的是完整链接，或索取新链接。"
        },
        no_such_page: ErrorText {
            heading: "找不到页面", body: "您的链接有效，但其中没有此页面。"
        },
        expired: ErrorText {
            heading: "此链接已失效", body: "请索取新链接。您已发送的充值不会丢失。"
        },
        coin: ErrorText {
            heading: "此选项不可用", body: "该币种不可用，或您尚未选择币种。请从列表中选择一种。"
        },
        no_coin: ErrorText {
            heading: "目前没有可用的币种",
            body: "此链接中的币种目前均不可用。请稍后重试，或索取新链接。",
        },
        rate_limited: ErrorText { heading: "请求过多", body: "请等待一分钟后重试。" },
        unknown: ErrorText {
            heading: "处理时间比平时长",
            body: "目前尚不清楚您的付款是否已创建。未向您扣款。请几秒钟后重试。",
        },
        unreachable: ErrorText { heading: "无法连接支付服务", body: "未向您扣款。请稍后重试。" },
        broken: ErrorText {
            heading: "目前无法充值", body: "商家需要先解决一个问题。未向您扣款。请稍后重试。"
        },
        status: ErrorText {
            heading: "暂时无法显示状态", body: "您的充值不受影响。请一分钟后再查看。"
        },
    },
};
