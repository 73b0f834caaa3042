using Sira.Session.Memory.Search;

namespace Sira.Session.Tests.Memory;

public class WordReaderTests
{
    [Theory]
    [InlineData("The Quick-brown fox, v1.2!", "the|quick|brown|fox|v1|2")]
    [InlineData("Don't, it’s O'Brien's' x", "dont|its|obriens|x")]
    [InlineData("Crème BRÛLÉE Ångström Łódź", "creme|brulee|angstrom|lodz")]
    [InlineData("cre\u0300me", "creme")]
    [InlineData("Straße æon œuvre Þór", "strasse|aeon|oeuvre|thor")]
    [InlineData("ΣΊΣΥΦΟΣ Ёлка Й", "σισυφοσ|елка|и")]
    [InlineData("ＦＵＬＬ１", "full1")]
    [InlineData("東京都に", "東京|京都|都に")]
    [InlineData("水", "水")]
    [InlineData("see 東京 now", "see|東京|now")]
    [InlineData("한국어 텍스트", "한국|국어|텍스|스트")]
    [InlineData("\U00020000\U00020001\U00020002", "\U00020000\U00020001|\U00020001\U00020002")]
    [InlineData("हिन्दी", "हिन्दी")]
    [InlineData("a😀b \uD800 c", "a|b|c")]
    [InlineData("إسلام أحمد", "اسلام|احمد")]
    [InlineData(" \t\n…—", "")]
    public void Read_Text_GivesFoldedWords(string text, string expected) => Assert.Equal(expected, string.Join('|', Read(text)));

    [Fact]
    public void Read_VeryLongWord_IsCut() => Assert.Equal(64, Assert.Single(Read(new string('x', 10_000))).Length);

    [Fact]
    public void Read_RandomText_NeverFailsAndGivesNoEmptyWord()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string(Enumerable.Range(0, random.Next(20)).Select(_ => (char)random.Next(0x10000)).ToArray());
            Assert.DoesNotContain(string.Empty, Read(text));
        }
    }

    private static List<string> Read(string text)
    {
        var words = new List<string>();
        new WordReader().Read(text, words, static (word, list) => list.Add(word.ToString()));
        return words;
    }
}
