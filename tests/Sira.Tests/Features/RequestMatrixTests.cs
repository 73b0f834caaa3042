using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Configuration;
using Sira.Tests.Features.Support;

namespace Sira.Tests.Features;

/// <summary>Every feature that MEAI can express, over every wire and dialect: it is written as the provider documents it, or refused with the name of the option.</summary>
public class RequestMatrixTests
{
    private static readonly string[] Droppable = ["temperature", "top p", "top k", "frequency penalty", "presence penalty", "seed", "parallel on", "parallel off"];

    public static TheoryData<string, string> Cases => new(from feature in RequestFeature.Names from backend in FeatureSira.All select (feature, backend));

    public static TheoryData<string, string> Drops => new(
        from feature in RequestFeature.Names
        from backend in FeatureSira.All
        where RequestMatrix.Find(feature, backend).StartsWith('!')
        select (feature, backend));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Feature_GoesOverTheWire_OrIsRefusedByName(string feature, string backend)
    {
        var expected = RequestMatrix.Find(feature, backend);
        await using var sira = new FeatureSira(backend);
        var (messages, options) = RequestFeature.Make(feature);
        foreach (var streaming in (bool[])[false, true])
        {
            if (expected.StartsWith('!'))
            {
                var exception = await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(streaming, options, messages));
                Assert.Equal(RequestFailureKind.NoCandidate, exception.Kind);
                Assert.Contains(expected[1..], exception.Message, StringComparison.Ordinal);
                Assert.Empty(sira.Provider.Calls);
                continue;
            }

            var response = await sira.AskAsync(streaming, options, messages);
            Assert.Equal("Hello.", response.Text);
            JsonSubset.Assert(expected, sira.Provider.Body);
            Assert.DoesNotContain("sira.", sira.Provider.Body.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Drops))]
    public async Task UnsupportedFeature_UnderDrop_IsLeftOutWhereItOnlyTunes(string feature, string backend)
    {
        await using var sira = new FeatureSira(backend, route => route.Configure(options => options.UnsupportedOptions = UnsupportedOptionPolicy.Drop));
        var (messages, options) = RequestFeature.Make(feature);

        if (!Droppable.Contains(feature))
        {
            // Dropping an image or a schema would not tune the answer but change what is asked.
            var exception = await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(streaming: false, options, messages));
            Assert.Equal(RequestFailureKind.NoCandidate, exception.Kind);
            return;
        }

        await sira.AskAsync(streaming: false, options, messages);
        await sira.AskAsync(streaming: false, new ChatOptions { Tools = options!.Tools }, messages);
        Assert.Equal(sira.Provider.Calls[1].Body.GetRawText(), sira.Provider.Calls[0].Body.GetRawText());
    }

    [Theory]
    [InlineData("openai", "gpt-5-mini", "temperature", "Temperature")]
    [InlineData("openai", "gpt-5-mini", "stop", "StopSequences")]
    [InlineData("openai", "gpt-4.1-mini", "effort high", "Reasoning")]
    [InlineData("responses", "gpt-4.1-mini", "reasoning output", "Reasoning")]
    [InlineData("deepseek", "deepseek-chat", "effort low", "Reasoning")]
    [InlineData("mistral", "mistral-small-latest", "audio", "audio input")]
    public async Task FeatureThatTheModelLacks_IsRefusedByName(string backend, string model, string feature, string name)
    {
        await using var sira = new FeatureSira(backend, model: model);
        var (messages, options) = RequestFeature.Make(feature);

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(streaming: false, options, messages));

        Assert.Equal(RequestFailureKind.NoCandidate, exception.Kind);
        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai", "gpt-4.1-mini")]
    [InlineData("responses", "gpt-4.1-mini")]
    public async Task EffortNone_ForAModelThatDoesNotReason_IsLeftOut(string backend, string model)
    {
        await using var sira = new FeatureSira(backend, model: model);

        await sira.AskAsync(streaming: false, new ChatOptions { Reasoning = new() { Effort = ReasoningEffort.None } });

        JsonSubset.Assert("""{"reasoning":null,"reasoning_effort":null}""", sira.Provider.Body);
    }

    [Fact]
    public async Task ToolModeWithoutTools_IsNotWritten()
    {
        // Providers refuse a choice among nothing.
        foreach (var backend in FeatureSira.All)
        {
            await using var sira = new FeatureSira(backend);
            foreach (var mode in (ChatToolMode[])[ChatToolMode.Auto, ChatToolMode.None, ChatToolMode.RequireAny])
            {
                await sira.AskAsync(streaming: false, new ChatOptions { ToolMode = mode, Tools = [] });
                JsonSubset.Assert("""{"tool_choice":null,"toolConfig":null,"tools":null}""", sira.Provider.Body);
            }
        }
    }

    [Theory]
    [InlineData("responses")]
    public async Task ReasoningOutputAlone_NeedsAModelThatReasons(string backend)
    {
        await using var sira = new FeatureSira(backend, model: "gpt-4.1-mini");

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(streaming: false, new ChatOptions { Reasoning = new() { Output = ReasoningOutput.Summary } }));

        Assert.Equal(RequestFailureKind.NoCandidate, exception.Kind);
        Assert.Contains("Reasoning", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("azure")]
    public async Task FileByAddress_WhereOnlyDataAreTaken_SaysSo(string backend)
    {
        await using var sira = new FeatureSira(backend);

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(false, null, new ChatMessage(ChatRole.User, [new UriContent("https://example.com/a.pdf", "application/pdf")])));

        Assert.Equal(BackendErrorKind.BadRequest, exception.BackendError);
        Assert.Contains("application/pdf", exception.Message, StringComparison.Ordinal);
        Assert.Empty(sira.Provider.Calls);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task RawFactory_IsGivenAClient(string backend)
    {
        await using var sira = new FeatureSira(backend);
        ChatClientMetadata? seen = null;
        var options = new ChatOptions
        {
            RawRepresentationFactory = client =>
            {
                seen = client.GetService<ChatClientMetadata>();
                return null;
            },
        };

        await sira.AskAsync(streaming: false, options);

        Assert.NotNull(seen?.DefaultModelId);
    }

    public static TheoryData<string> Backends => new(FeatureSira.Wires);

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Requests_NameSiraAndItsVersion(string backend)
    {
        await using var sira = new FeatureSira(backend);

        await sira.AskAsync(streaming: false);

        Assert.Matches(@"^Sira/\d+\.\d+\.\d+\S*$", sira.Provider.Calls[0].Headers["User-Agent"]);
    }

    [Fact]
    public async Task UserAgentOfTheHost_Wins()
    {
        await using var sira = new FeatureSira("openai", options: options => options.Headers["User-Agent"] = "Mine/1.0");

        await sira.AskAsync(streaming: false);

        Assert.Equal("Mine/1.0", sira.Provider.Calls[0].Headers["User-Agent"]);
    }

    [Fact]
    public async Task InternalEntries_StayInside()
    {
        foreach (var backend in FeatureSira.All)
        {
            await using var sira = new FeatureSira(backend);
            var first = await sira.AskAsync(streaming: true);
            await sira.AskAsync(streaming: true, new ChatOptions { AdditionalProperties = first.AdditionalProperties }, [new(ChatRole.User, "Hi"), .. first.Messages, new(ChatRole.User, "And?")]);

            Assert.DoesNotContain("sira.", sira.Provider.Body.GetRawText(), StringComparison.Ordinal);
            Assert.All(sira.Provider.Calls[^1].Headers.Where(header => header.Key != "User-Agent"), header => Assert.DoesNotContain("sira", header.Value, StringComparison.OrdinalIgnoreCase));
        }
    }
}
