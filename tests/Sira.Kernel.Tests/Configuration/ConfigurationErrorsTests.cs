using Sira.Kernel.Configuration;

namespace Sira.Kernel.Tests.Configuration;

public sealed class ConfigurationErrorsTests
{
    private readonly ConfigurationErrors errors = new();

    [Fact]
    public void ThrowIfAny_None_DoesNothing() => errors.ThrowIfAny();

    [Fact]
    public void ThrowIfAny_Several_ShowsAllAtOnce()
    {
        errors.Add("Sira:A", "'x' is wrong.", "Write y.");
        errors.AddUnknownName("Sira:B", "route", "defualt", ["default", "cheap"]);

        var exception = Assert.Throws<SiraConfigurationException>(errors.ThrowIfAny);

        Assert.Equal(errors.Items, exception.Errors);
        Assert.Equal(
            [
                "Sira's configuration has 2 mistakes:",
                "  - Sira:A: 'x' is wrong. Write y.",
                "  - Sira:B: unknown route 'defualt'. Did you mean 'default'? Known: cheap, default.",
            ],
            exception.Message.Split(Environment.NewLine));
    }

    [Fact]
    public void ThrowIfAny_MistakesAddedLater_AreNotInTheException()
    {
        errors.Add("Sira:A", "p", "f");
        var exception = Assert.Throws<SiraConfigurationException>(errors.ThrowIfAny);
        errors.Add("Sira:B", "p", "f");

        Assert.Single(exception.Errors);
    }

    [Fact]
    public void Add_TextsOfOthers_DoNotRunTogether()
    {
        errors.Add("Sira:A", "the factory threw: no license", "Mend it");

        Assert.Equal("Sira:A: the factory threw: no license. Mend it.", Assert.Single(errors.Items).ToString());
    }

    [Fact]
    public void MarkFaulty_Name_IsFaultyIgnoringCaseAndOnlyForItsKind()
    {
        errors.MarkFaulty("backend", "openai");
        errors.MarkFaulty("backend", "openai");

        Assert.True(errors.IsFaulty("backend", "OpenAI"));
        Assert.False(errors.IsFaulty("backend", "anthropic"));
        Assert.False(errors.IsFaulty("route", "openai"));
    }

    [Fact]
    public void MarkFaulty_WithoutAMistake_IsNone()
    {
        errors.MarkFaulty("backend", "openai");

        Assert.Empty(errors.Items);
        errors.ThrowIfAny();
    }
}
