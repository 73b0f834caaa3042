using System.ComponentModel;
using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Gateway.Clients;
using Sira.Gateway.Events;
using Sira.Kernel.Messaging;

namespace Quickstart;

/// <summary>The tour: what an application does with Sira, one step after the other. Nothing here but MEAI's <see cref="IChatClient"/> and, at the end, the explanation.</summary>
internal sealed class Tour
{
    private readonly IChatClient chat;
    private readonly ISira sira;
    private readonly Outage outage;
    private readonly Output output;
    private readonly List<(string Step, RouteDecision Decision)> decisions = [];
    private string currentStep = string.Empty;

    public Tour(IChatClient chat, ISira sira, IMessageBus bus, Outage outage, Output output)
    {
        (this.chat, this.sira, this.outage, this.output) = (chat, sira, outage, output);

        // A response carries the decision of its own call; the bus tells of every call, those of the tool loop included.
        bus.Subscribe<ResponseCompleted>(completed => decisions.Add((currentStep, completed.Decision)));
    }

    public async Task RunAsync(string? question)
    {
        if (question is not null)
        {
            await AnswerAsync("Your question", question);
        }
        else
        {
            await AnswerAsync("An answer", "In one sentence: what does an AI gateway do?");
            await StreamAsync("A streamed answer", "Name three things that go wrong when an application calls an LLM directly.");
            await ToolAsync("A tool call, there and back", "What is the weather in Lisbon right now?");
            await StructuredAsync("A structured answer", "Invent a café in Lisbon.");
            await FailoverAsync("The primary provider fails, the next one answers", "Are you still there?");
        }

        output.Attempts("What each attempt cost and took", decisions);
        output.Explanations("Why each target was chosen", decisions);
        output.Decision("What would happen to a request that asks for a seed, without making it", sira.Explain([new ChatMessage(ChatRole.User, question ?? "And now?")], new ChatOptions { Seed = 42 }));
    }

    private void Begin(string step, string question) => currentStep = output.Step(step, question);

    private async Task AnswerAsync(string step, string question)
    {
        Begin(step, question);
        var response = await chat.GetResponseAsync(question);
        output.Answer(response.Text);
    }

    private async Task StreamAsync(string step, string question)
    {
        Begin(step, question);
        var parts = 0;
        await foreach (var update in chat.GetStreamingResponseAsync(question))
        {
            output.Part(update.Text);
            parts += update.Text.Length > 0 ? 1 : 0;
        }

        output.EndOfParts(parts);
    }

    private async Task ToolAsync(string step, string question)
    {
        Begin(step, question);
        var tool = AIFunctionFactory.Create(GetWeather, "get_weather", "Returns the weather in a city.");
        var response = await chat.GetResponseAsync(question, new ChatOptions { Tools = [tool] });
        foreach (var call in response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>())
        {
            var result = response.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().FirstOrDefault(found => found.CallId == call.CallId);
            output.ToolCall(call.Name, string.Join(", ", call.Arguments?.Select(argument => $"{argument.Key}: {argument.Value}") ?? []), $"{result?.Result}");
        }

        output.Answer(response.Messages[^1].Text);
    }

    private async Task StructuredAsync(string step, string question)
    {
        Begin(step, question);
        var schema = AIJsonUtilities.CreateJsonSchema(typeof(Cafe), serializerOptions: CafeJson.Default.Options, inferenceOptions: new AIJsonSchemaCreateOptions { TransformOptions = new AIJsonSchemaTransformOptions { DisallowAdditionalProperties = true, RequireAllProperties = true } });
        var response = await chat.GetResponseAsync(question, new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "cafe") });
        output.Json(response.Text);
        output.Parsed(System.Text.Json.JsonSerializer.Deserialize(response.Text, CafeJson.Default.Cafe)!);
    }

    private async Task FailoverAsync(string step, string question)
    {
        Begin(step, question);
        const int FirstCallAndItsRetries = 3;
        outage.Begin(FirstCallAndItsRetries);
        var response = await chat.GetResponseAsync(question);
        output.Answer(response.Text);
        output.FailedOver(response.GetRouteDecision()!);
    }

    [Description("Returns the weather in a city.")]
    private static string GetWeather([Description("The city.")] string city) => $"19 °C and a light breeze in {city}";
}
