using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Tests.Support;
using Sira.Testing;

namespace Sira.Backends.Tests.Configuration;

public sealed class BackendTagsTests
{
    [Fact]
    public void Load_TagsInCodeAndFile_AreJoinedAndTheFileWins()
    {
        using var harness = new BackendHarness(
            static sira => sira.AddOpenAI(static options =>
            {
                options.ApiKeys.Add("k");
                options.Tags["Region"] = "us";
                options.Tags["data"] = "no-training";
            }),
            file: File(("openai:Tags:region", " eu "), ("openai:Tags:tier", "gold")));

        var tags = harness.LoadOne().Tags;

        Assert.Equal(3, tags.Count);
        Assert.Equal(("eu", "no-training", "gold"), (tags["REGION"], tags["Data"], tags["tier"]));
    }

    [Fact]
    public void Load_TagsOfACustomBackend_AreThere()
    {
        using var harness = new BackendHarness(
            static sira => sira.AddBackend("mine", static _ => new ScriptedChatClient(), static options => options.Tags["region"] = "eu"),
            file: File(("mine:Tags:data", "local")));

        var tags = harness.LoadOne().Tags;

        Assert.Equal(("eu", "local"), (tags["region"], tags["data"]));
    }

    [Fact]
    public void Load_NoTags_GivesNone()
    {
        using var harness = BackendHarness.OpenAI();

        Assert.Empty(harness.LoadOne().Tags);
    }

    [Fact]
    public void Load_TagChanged_MakesAnotherBackend()
    {
        var file = File(("openai:ApiKey", "k"), ("openai:Tags:region", "eu"));
        using var harness = new BackendHarness(file: file);
        var before = harness.LoadOne();
        Assert.Same(before, harness.LoadOne());

        file["Sira:Backends:openai:Tags:region"] = "us";
        file.Reload();

        Assert.Equal("us", harness.LoadOne().Tags["region"]);
        Assert.Equal("eu", before.Tags["region"]);
    }

    [Theory]
    [InlineData(" ", "eu", "Sira:Backends:openai:Tags")]
    [InlineData("region", " ", "Sira:Backends:openai:Tags:region")]
    public void Load_BlankTag_IsAMistake(string name, string value, string path)
    {
        using var harness = new BackendHarness(sira => sira.AddOpenAI(options =>
        {
            options.ApiKeys.Add("k");
            options.Tags[name] = value;
        }));

        Assert.Equal(path, harness.LoadError().Path);
        Assert.True(harness.Errors.IsFaulty("backend", "openai"));
    }

    [Fact]
    public void Load_BlankTagOfACustomBackend_IsAMistakeBesideOthers()
    {
        using var harness = new BackendHarness(static sira => sira.AddBackend("mine", static _ => new ScriptedChatClient(), static options =>
        {
            options.Tags["region"] = string.Empty;
            options.Models["m"] = new Models.ModelDescriptor("m") { ContextWindow = 0 };
        }));

        Assert.Empty(harness.Load());
        Assert.Equal(["Sira:Backends:mine:Models:m:ContextWindow", "Sira:Backends:mine:Tags:region"], harness.Errors.Items.Select(static error => error.Path));
    }

    private static IConfigurationRoot File(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(static pair => KeyValuePair.Create($"Sira:Backends:{pair.Key}", (string?)pair.Value))).Build();
}
