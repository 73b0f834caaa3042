using Sira.Kernel.Errors;

namespace Sira.Kernel.Tests.Errors;

public sealed class SentenceTests
{
    [Theory]
    [InlineData("Slow down", "Slow down.")]
    [InlineData("Slow down.", "Slow down.")]
    [InlineData("Slow down. \n", "Slow down.")]
    [InlineData("Really?", "Really?")]
    [InlineData("Too long…", "Too long…")]
    [InlineData("He said \"no.\"", "He said \"no.\"")]
    [InlineData("(no key)", "(no key).")]
    [InlineData("and so on:", "and so on.")]
    [InlineData("模型不存在。", "模型不存在。")]
    [InlineData("", "")]
    public void End_AnyText_IsASentence(string text, string expected) => Assert.Equal(expected, Sentence.End(text));
}
