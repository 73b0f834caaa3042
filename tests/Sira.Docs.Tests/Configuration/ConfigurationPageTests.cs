using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Configuration;
using Sira.Docs.Tests.Markdown;
using Sira.Gateway.Caching;
using Sira.Gateway.Clients;
using Sira.Gateway.Configuration;
using Sira.Gateway.Configuration.Policies;
using Sira.Gateway.Configuration.Traffic;
using Sira.Gateway.Ledger;
using Sira.Kernel.Configuration;
using Sira.Kernel.Health;
using Sira.Kernel.Overload;
using Sira.Models;
using Sira.Requests;
using Sira.Testing;

namespace Sira.Docs.Tests.Configuration;

/// <summary>What the pages say about <c>appsettings.json</c> is what the readers of the configuration accept.</summary>
public class ConfigurationPageTests
{
    private const string Page = "docs/configuration.md";
    private const string Mistakes = "mistakes";

    // Set in code only: they are code, or derived from another key.
    private static readonly string[] NotInFiles = [nameof(BackendOptions.ChatClientFactory), nameof(BackendOptions.EmbeddingGeneratorFactory), nameof(CacheOptions.TimeProvider), nameof(ModelPricing.Tiers), nameof(ModelPricing.AsOf)];

    public static TheoryData<string> Pages => [.. MarkdownPage.All.Where(static page => Sections(page).Any()).Select(static page => page.File)];

    public static TheoryData<Type> Options =>
        [
            typeof(GatewayOptions), typeof(LedgerOptions), typeof(CircuitBreakerOptions), typeof(TargetLimitOptions), typeof(BudgetOptions), typeof(UnknownPriceEstimate), typeof(RouteOptions), typeof(RoutingOptions), typeof(RouteRule), typeof(TrafficSplitOptions), typeof(TrafficArm),
            typeof(HedgingOptions), typeof(QueueOptions), typeof(FairShareOptions), typeof(ShadowOptions), typeof(RequestLimitOptions), typeof(RetryOptions), typeof(RetryBudgetOptions), typeof(TimeoutOptions), typeof(CacheOptions), typeof(SemanticCacheOptions),
            typeof(BackendOptions), typeof(ModelDescriptor), typeof(ModelPricing),
        ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task SiraSections_AreAccepted(string file)
    {
        foreach (var block in Sections(MarkdownPage.Load(file)).Where(static block => !block.Has(Mistakes)))
        {
            var exception = await Record.ExceptionAsync(() => StartAsync(block.Text));
            Assert.True(exception is null, $"{block}: {exception?.Message}");
        }
    }

    [Fact]
    public async Task SectionWithMistakes_IsRefusedInTheWordsOfThePage()
    {
        var blocks = MarkdownPage.Load(Page).Blocks;
        var wrong = blocks.Single(static block => block.Has(Mistakes));
        var message = blocks[blocks.ToList().IndexOf(wrong) + 1];

        var exception = await Assert.ThrowsAsync<SiraConfigurationException>(() => StartAsync(wrong.Text));

        var said = exception.Message.ReplaceLineEndings("\n");
        Assert.True(message.Text == said, $"{message} should say:\n{said}");
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void EveryOption_HasARow(Type options)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, Page));
        var missing = options.GetProperties()
            .Where(static property => property.GetMethod is { IsPublic: true, IsStatic: false })
            .Select(static property => property.Name)
            .Except(NotInFiles)
            .Where(name => !text.Contains($"`{name}`", StringComparison.Ordinal) && !text.Contains($":{name}`", StringComparison.Ordinal) && !text.Contains($"`{name}:", StringComparison.Ordinal) && !text.Contains($":{name}:", StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    private static IEnumerable<CodeBlock> Sections(MarkdownPage page) =>
        page.Blocks.Where(static block => block.Language == "json" && block.Text.Contains("\"Sira\":", StringComparison.Ordinal));

    private static async Task StartAsync(string json)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IEnvironment, EveryVariableSet>();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build());

        // A stage's section is a mistake where the stage is not used.
        services.AddSira(static sira => sira.UseCache().AddPluginFolders().AddStateStorage());
        await using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<ISira>();
    }
}
