using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Tests.Support;
using Sira.Models;
using Sira.Testing;

namespace Sira.Backends.Tests.Configuration;

public sealed class CodeModelTests
{
    public static TheoryData<ModelDescriptor, string> Wrong => new()
    {
        { new ModelDescriptor("m") { ContextWindow = 0 }, "ContextWindow" },
        { new ModelDescriptor("m") { MaxOutputTokens = -1 }, "MaxOutputTokens" },
        { new ModelDescriptor("m") { EmbeddingDimensions = 0 }, "EmbeddingDimensions" },
        { new ModelDescriptor("m") { Quality = 1.5 }, "Quality" },
        { new ModelDescriptor("m") { Quality = double.NaN }, "Quality" },
        { new ModelDescriptor("m") { CanonicalId = " " }, "CanonicalId" },
        { new ModelDescriptor("m") { Pricing = new ModelPricing { Input = -0.1m } }, "Pricing:Input" },
        { new ModelDescriptor("m") { Pricing = new ModelPricing { Output = -1 } }, "Pricing:Output" },
        { new ModelDescriptor("m") { Pricing = new ModelPricing { CachedInput = -1 } }, "Pricing:CachedInput" },
        { new ModelDescriptor("m") { Pricing = new ModelPricing { CacheWrite = -1 } }, "Pricing:CacheWrite" },
        { new ModelDescriptor("m") { Pricing = new ModelPricing { Reasoning = -1 } }, "Pricing:Reasoning" },
        { new ModelDescriptor("m") { Pricing = new ModelPricing { Tiers = [new(200_000, new ModelPricing { Input = -1 })] } }, "Pricing:Tiers:0:Input" },
        { new ModelDescriptor("m") { Pricing = new ModelPricing { Tiers = [new(200_000, new ModelPricing()), new(100_000, new ModelPricing())] } }, "Pricing:Tiers:1" },
        { new ModelDescriptor("other"), "Id" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Load_ModelInCode_IsCheckedAsOneInAFile(ModelDescriptor model, string key)
    {
        using var harness = new BackendHarness(sira => sira.AddOpenAI(options =>
        {
            options.ApiKeys.Add("k");
            options.Models["m"] = model;
        }));

        var error = harness.LoadError();

        Assert.Equal($"Sira:Backends:openai:Models:m:{key}", error.Path);
        Assert.True(harness.Errors.IsFaulty("backend", "openai"));
    }

    [Fact]
    public void Load_ModelOfACustomBackend_IsCheckedToo()
    {
        using var harness = new BackendHarness(static sira => sira.AddBackend("mine", static _ => new ScriptedChatClient(), static options => options.Models["m"] = new ModelDescriptor("m") { ContextWindow = 0 }));

        Assert.Equal("'0' is less than 1.", harness.LoadError().Problem);
    }

    [Fact]
    public void Load_ModelThatIsNull_IsAMistake()
    {
        using var harness = new BackendHarness(static sira => sira.AddBackend("mine", static _ => new ScriptedChatClient(), static options => options.Models["m"] = null!));

        Assert.Equal("Sira:Backends:mine:Models:m", harness.LoadError().Path);
    }

    [Fact]
    public void Load_GoodModel_IsTaken()
    {
        using var harness = new BackendHarness(static sira => sira.AddBackend("mine", static _ => new ScriptedChatClient(), static options => options.Models["m"] = new ModelDescriptor("m")
        {
            ContextWindow = 1,
            Quality = 0,
            Pricing = new ModelPricing { Input = 0, Tiers = [new(100_000, new ModelPricing { Input = 1 }), new(200_000, new ModelPricing { Input = 2 })] },
        }));

        Assert.Equal(1, harness.LoadOne().GetModel("m").ContextWindow);
    }
}
