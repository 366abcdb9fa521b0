namespace Inkstone.Text.Corpora.Encodings;

/// <summary>The characters that fill more than half of every ordinary text, each once.</summary>
internal static class FrequentCharacters
{
    /// <summary>Those of simplified texts; most of them are traditional too.</summary>
    public const string Simplified =
        "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方" +
        "多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情" +
        "明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给" +
        "世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太" +
        "量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象" +
        "完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔吧啊呢吗哈呀哦嘛店服买快递差" +
        "评满喜欢讨厌钱贵价质房酒客户网站票车饭吃喝味怕怒伤哭笑泪爱恨恶惊奇早晚班睡梦朋友妈爸孩照片歌影剧播视频屏幕充值卖退货款商" +
        "城态环境卫施餐免费宿推荐错较包装流速";

    /// <summary>Those that only traditional texts have.</summary>
    public const string Traditional =
        "這個們來為國說時會對於著過發後種經麼學現當沒動還進樣開從實軍無與長機關點業將兩間問並應戰頭體見產話內給門兒東聲員論處義幾" +
        "認條氣題爾別變總電數報結務場計資許統區隊決馬書則聽卻達強難權設記類據邊張該規萬覺術領確傳師觀讓識帶導爭運筆嗎買遞評滿歡討" +
        "厭錢貴價質戶網車飯傷淚愛惡驚夢媽劇視頻賣貨態環衛費薦錯較裝裡麵乾隻係喺";
}
