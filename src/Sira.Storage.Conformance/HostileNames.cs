using Xunit;

namespace Sira.Storage.Conformance;

/// <summary>Names that engines have stumbled over: they mean something to some database, shell, path or pattern.</summary>
public static class HostileNames
{
    /// <summary>Gets the names.</summary>
    public static TheoryData<string> All =>
        [
            "a", " ", "  a  ", "a/b", "a\\b", "../../etc/passwd", "a:b", "a::b", "{a}", "a*", "a?", "[a-z]", "a%", "a_", "%s%n", "'; drop table x; --", "\"", "`", "\0", "a\0b", "\0\0",
            "\r\n", "\n", "\t", "\u001b[31m", "\u007f", "\u0080", "é", "e\u0301", "ß", "SS", "ı", "I", "日本語", "\U0001F9E0", "\uFFFD", "\uFFFF", "\uE000", "\U00010000", "\U0010FFFF", "\u202Eabc", "\u200B",
            "true", "null", "NaN", "-1", "0", "00", "1e5", "$1", "@x", "#", "~", "^", "&&", "|", "<x>", "&amp;", "con", "nul", "aux", "a.", ".a", "..", new string('a', 1024), new string('é', 512), string.Concat(Enumerable.Repeat("\U0001F9E0", 256)),
        ];
}
