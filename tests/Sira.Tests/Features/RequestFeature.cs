using Microsoft.Extensions.AI;

namespace Sira.Tests.Features;

/// <summary>What a caller may ask for, by name: the rows of the request matrix.</summary>
internal static class RequestFeature
{
    private static readonly byte[] Png = [1, 2, 3];

    private static System.Text.Json.JsonElement Schema { get; } = System.Text.Json.JsonElement.Parse("""{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false}""");

    public static AIFunction Weather { get; } = new WeatherFunction();

    private static readonly Dictionary<string, (AIContent[] Contents, Func<ChatOptions> Options)> Asked = new()
    {
        ["image"] = ([new DataContent(Png, "image/png")], () => new()),
        ["image URL"] = ([new UriContent("https://example.com/a.png", "image/png")], () => new()),
        ["PDF"] = ([new DataContent(Png, "application/pdf") { Name = "a.pdf" }], () => new()),
        ["hosted file"] = ([new HostedFileContent("file-1")], () => new()),
        ["audio"] = ([new DataContent(Png, "audio/mpeg")], () => new()),
        ["instructions"] = ([], () => new() { Instructions = "Be brief." }),
        ["tools"] = ([], () => new() { Tools = [Weather] }),
        ["tools auto"] = ([], () => new() { Tools = [Weather], ToolMode = ChatToolMode.Auto }),
        ["tools none"] = ([], () => new() { Tools = [Weather], ToolMode = ChatToolMode.None }),
        ["tools required"] = ([], () => new() { Tools = [Weather], ToolMode = ChatToolMode.RequireAny }),
        ["tools specific"] = ([], () => new() { Tools = [Weather], ToolMode = ChatToolMode.RequireSpecific("weather") }),
        ["parallel on"] = ([], () => new() { Tools = [Weather], AllowMultipleToolCalls = true }),
        ["parallel off"] = ([], () => new() { Tools = [Weather], AllowMultipleToolCalls = false }),
        ["JSON"] = ([], () => new() { ResponseFormat = ChatResponseFormat.Json }),
        ["JSON schema"] = ([], () => new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(Schema, "city", "A city.") }),
        ["effort low"] = ([], () => Effort(ReasoningEffort.Low)),
        ["effort medium"] = ([], () => Effort(ReasoningEffort.Medium)),
        ["effort high"] = ([], () => Effort(ReasoningEffort.High)),
        ["effort extra high"] = ([], () => Effort(ReasoningEffort.ExtraHigh)),
        ["effort none"] = ([], () => Effort(ReasoningEffort.None)),
        ["reasoning output"] = ([], () => new() { Reasoning = new() { Effort = ReasoningEffort.High, Output = ReasoningOutput.Full } }),
        ["stop"] = ([], () => new() { StopSequences = ["END", "\n"] }),
        ["seed"] = ([], () => new() { Seed = 42 }),
        ["temperature"] = ([], () => new() { Temperature = 0.5f }),
        ["top p"] = ([], () => new() { TopP = 0.25f }),
        ["top k"] = ([], () => new() { TopK = 40 }),
        ["frequency penalty"] = ([], () => new() { FrequencyPenalty = 0.5f }),
        ["presence penalty"] = ([], () => new() { PresencePenalty = 0.5f }),
        ["max tokens"] = ([], () => new() { MaxOutputTokens = 777 }),
        ["raw members"] = ([], () => new() { Temperature = 0.5f, RawRepresentationFactory = _ => new System.Text.Json.Nodes.JsonObject { ["x_custom"] = true, ["temperature"] = 0.9 } }),
    };

    public static IEnumerable<string> Names => ["system", "turns", .. Asked.Keys];

    public static (ChatMessage[] Messages, ChatOptions? Options) Make(string name) => name switch
    {
        "system" => ([new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi")], null),
        "turns" => ([new(ChatRole.User, "Hi"), new(ChatRole.Assistant, "Hello."), new(ChatRole.User, "And?")], null),
        _ => ([new(ChatRole.User, [new TextContent("Hi"), .. Asked[name].Contents])], Asked[name].Options()),
    };


    private static ChatOptions Effort(ReasoningEffort effort) => new() { Reasoning = new() { Effort = effort } };

    private sealed class WeatherFunction : AIFunction
    {
        public override string Name => "weather";

        public override string Description => "Tells the weather.";

        public override System.Text.Json.JsonElement JsonSchema { get; } = System.Text.Json.JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""");

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => new($"Sunny in {arguments["city"]}.");
    }
}
