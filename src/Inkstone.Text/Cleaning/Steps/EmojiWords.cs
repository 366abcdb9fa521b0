using System.Text;

namespace Inkstone.Text.Cleaning.Steps;

/// <summary>What emoji show, in Chinese words that an encoder knows. Our own choice, after what people mean by them.</summary>
internal static class EmojiWords
{
    /// <summary>For those that have no word of their own.</summary>
    public const string Other = "表情";

    private static readonly Dictionary<string, string> Words = Read(
        """
        😀 笑 😃 笑 😄 大笑 😁 嘻嘻 😆 大笑 😅 苦笑 🤣 笑哭 😂 笑哭 🙂 微笑 🙃 呵呵 🫠 融化 😉 眨眼 😊 微笑 😇 天使 🥰 喜爱 😍 喜爱 🤩 崇拜 😘 亲亲
        😗 亲亲 ☺ 微笑 😚 亲亲 😙 亲亲 🥲 含泪 😋 馋 😛 吐舌 😜 调皮 🤪 疯癫 😝 吐舌 🤑 爱钱 🤗 抱抱 🤭 偷笑 🤫 嘘 🤔 思考 🫡 敬礼 🤐 闭嘴 🤨 怀疑
        😐 无语 😑 无语 😶 沉默 😏 得意 😒 不屑 🙄 白眼 😬 尴尬 🤥 撒谎 😌 放松 😔 失落 😪 困 🤤 馋 😴 睡觉 😷 口罩 🤒 生病 🤕 受伤 🤢 恶心 🤮 呕吐
        🤧 感冒 🥵 热 🥶 冷 🥴 晕 😵 晕 🤯 震惊 🤠 牛仔 🥳 庆祝 🥸 伪装 😎 酷 🤓 书呆子 🧐 审视 😕 困惑 🫤 无奈 😟 担心 🙁 难过 ☹ 难过 😮 惊讶 😯 惊讶
        😲 震惊 😳 脸红 🥺 可怜 🥹 感动 😦 惊讶 😧 痛苦 😨 害怕 😰 紧张 😥 失望 😢 流泪 😭 大哭 😱 惊恐 😖 难受 😣 难受 😞 失望 😓 汗 😩 疲惫 😫 疲惫
        🥱 哈欠 😤 哼 😡 愤怒 😠 生气 🤬 骂人 😈 坏笑 👿 恶魔 💀 骷髅 ☠ 骷髅 💩 便便 🤡 小丑 👻 鬼 👽 外星人 🤖 机器人 🙈 害羞 🙉 不听 🙊 不说
        💋 吻 💌 情书 💘 爱心 💝 爱心 💖 爱心 💗 爱心 💓 爱心 💞 爱心 💕 爱心 💟 爱心 ❣ 爱心 💔 心碎 ❤ 爱心 🧡 爱心 💛 爱心 💚 爱心 💙 爱心 💜 爱心
        🤎 爱心 🖤 黑心 🤍 爱心 ♥ 爱心 💯 满分 💢 生气 💥 爆炸 💫 晕 💦 汗 💨 风 🕳 洞 💣 炸弹 💤 睡觉 👋 挥手 🤚 手 ✋ 手 👌 好的 🤌 手势 ✌ 耶 🤞 祈愿
        🤟 爱你 🤘 摇滚 🤙 打电话 👈 左 👉 右 👆 上 👇 下 ☝ 上 🖕 竖中指 👍 赞 👎 差 ✊ 拳头 👊 拳头 👏 鼓掌 🙌 欢呼 🤝 握手 🙏 祈祷 ✍ 写 💅 美甲
        🤳 自拍 💪 加油 👀 看 👁 眼睛 👄 嘴 👶 宝宝 👦 男孩 👧 女孩 👨 男人 👩 女人 👴 爷爷 👵 奶奶 👮 警察 👸 公主 🤴 王子 👼 天使 🎅 圣诞老人 🤦 捂脸
        🤷 摊手 🙅 拒绝 🙆 好的 🙇 鞠躬 💃 跳舞 🏃 跑 👫 情侣 👪 家庭 👯 跳舞 🐶 狗头 🐱 猫 🐭 老鼠 🐹 仓鼠 🐰 兔子 🦊 狐狸 🐻 熊 🐼 熊猫 🐨 考拉 🐯 老虎
        🦁 狮子 🐮 牛 🐷 猪 🐸 青蛙 🐵 猴子 🐔 鸡 🐧 企鹅 🐦 鸟 🐴 马 🦄 独角兽 🐝 蜜蜂 🐛 虫 🦋 蝴蝶 🐢 乌龟 🐍 蛇 🐟 鱼 🐬 海豚 🐳 鲸鱼 🐑 羊 🐎 马
        🌹 玫瑰 🥀 凋谢 🌸 花 🌺 花 🌻 向日葵 🌷 花 💐 鲜花 🌱 发芽 🌿 草 🍀 幸运 🍁 枫叶 🍂 落叶 🍃 叶子 🌙 月亮 🌛 月亮 🌚 月亮 🌞 太阳 ☀ 太阳 ⭐ 星星
        🌟 星星 ✨ 闪亮 ⚡ 闪电 🔥 火 ❄ 雪 ☃ 雪人 ⛄ 雪人 ☔ 下雨 🌧 下雨 ☁ 云 🌈 彩虹 🌊 海浪 🍎 苹果 🍉 西瓜 🍓 草莓 🍔 汉堡 🍟 薯条 🍕 披萨 🍜 面条
        🍚 米饭 🍰 蛋糕 🎂 生日蛋糕 🍫 巧克力 🍬 糖果 🍭 糖果 ☕ 咖啡 🍵 茶 🍺 啤酒 🍻 干杯 🍷 红酒 🥂 干杯 🎉 庆祝 🎊 庆祝 🎈 气球 🎁 礼物 🏆 奖杯 🥇 金牌
        ⚽ 足球 🏀 篮球 🎮 游戏 🎵 音乐 🎶 音乐 🎤 唱歌 🎬 电影 📷 相机 📱 手机 💻 电脑 📚 书 📖 书 ✏ 笔 💰 钱 💵 钱 💸 花钱 💎 钻石 💍 戒指 👑 皇冠 💄 口红
        👗 裙子 🚗 汽车 🚌 公交车 🚄 高铁 ✈ 飞机 🚀 火箭 🏠 家 🏥 医院 🏫 学校 🌍 地球 🕯 蜡烛 💊 药 💉 打针 🔫 枪 🔪 刀 🔑 钥匙 🔔 铃 💡 灯泡 📢 喇叭 📣 喇叭
        ✅ 对 ✔ 对 ❌ 错 ❎ 错 ⭕ 圈 ❗ 感叹 ❕ 感叹 ❓ 疑问 ❔ 疑问 ⚠ 警告 🚫 禁止 🔞 禁止 ➕ 加 ➖ 减 ➡ 右 ⬅ 左 ⬆ 上 ⬇ 下 🆚 对 🈶 有 🈚 无 ㊗ 祝 ㊙ 秘
        🇨🇳 中国 🇭🇰 香港 🇲🇴 澳门 🇯🇵 日本 🇰🇷 韩国 🇺🇸 美国 🇬🇧 英国 🇫🇷 法国 🇩🇪 德国 🇷🇺 俄罗斯 🇮🇹 意大利 🇪🇸 西班牙 🇨🇦 加拿大 🇦🇺 澳大利亚 🇧🇷 巴西 🇮🇳 印度
        """);

    /// <summary>The word for one emoji, with whatever is joined to it.</summary>
    public static string Of(string emoji)
    {
        if (emoji[0] <= '9')
        {
            return emoji[..1];   // a keycap: its digit, # or *
        }

        var plain = new StringBuilder(emoji.Length);
        foreach (var rune in emoji.EnumerateRunes())
        {
            if (rune.Value != 0xFE0F && rune.Value is not (>= 0x1F3FB and <= 0x1F3FF))
            {
                plain.Append(rune.ToString());
            }
        }

        string whole = plain.ToString();
        return whole.Length == 0 ? Other
            : Words.GetValueOrDefault(whole) is { } word ? word
            : EmojiCharacters.IsRegional(EmojiCharacters.CodeAt(whole, 0)) || whole.StartsWith("🏴", StringComparison.Ordinal) ? "旗"
            : Words.GetValueOrDefault(Rune.GetRuneAt(whole, 0).ToString(), Other);
    }

    private static Dictionary<string, string> Read(string table) => table
        .Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Chunk(2).ToDictionary(pair => pair[0].Replace("\uFE0F", "", StringComparison.Ordinal), pair => pair[1], StringComparer.Ordinal);
}
