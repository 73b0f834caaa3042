using Sira.Errors;

namespace Sira.Abstractions.Tests.Errors;

public sealed class BackendExceptionTests
{
    [Theory]
    [InlineData("Slow down", "Slow down.")]
    [InlineData("Slow down!", "Slow down!")]
    public void Message_OfSomebodyElse_EndsAsASentence(string text, string expected) =>
        Assert.Equal(expected, new BackendException(BackendErrorKind.Unknown, text).Message);
}
