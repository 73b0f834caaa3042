using Sira.Simulation.Faults;
using Sira.Simulation.Prompts;

namespace Sira.Simulation;

/// <summary>A request that a simulated provider received, and what became of it.</summary>
/// <remarks>What arrived never changes; <see cref="Outcome"/>, <see cref="Status"/> and <see cref="Fault"/> are set as the request is answered and may be read at any time.</remarks>
public sealed class SimulatedRequest
{
    private int outcome;

    internal SimulatedRequest(int number, int inFlight, string method, Uri url, IReadOnlyDictionary<string, string> headers, string body, SimulatedPrompt prompt)
    {
        Number = number;
        InFlight = inFlight;
        Method = method;
        Url = url;
        Headers = headers;
        Body = body;
        Prompt = prompt;
    }

    /// <summary>Gets the number of the request, counted from 1 in the order of arrival.</summary>
    public int Number { get; }

    /// <summary>Gets how many requests were being answered when this one arrived, itself included.</summary>
    public int InFlight { get; }

    /// <summary>Gets the HTTP method.</summary>
    public string Method { get; }

    /// <summary>Gets the address.</summary>
    public Uri Url { get; }

    /// <summary>Gets the headers, content headers included, by name without regard to case; several values are joined by commas.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Gets the body as text.</summary>
    public string Body { get; }

    /// <summary>Gets what the body asks for. Its wire is <see cref="SimulatedWire.Unknown"/> when it could not be read.</summary>
    public SimulatedPrompt Prompt { get; }

    /// <summary>Gets when the request arrived.</summary>
    public DateTimeOffset ArrivedAt { get; internal init; }

    /// <summary>Gets how long the provider had existed when the request arrived.</summary>
    public TimeSpan ArrivedAfter { get; internal init; }

    /// <summary>Gets the model asked for.</summary>
    public string Model => Prompt.Model;

    /// <summary>Gets whether a stream was asked for.</summary>
    public bool Streaming => Prompt.Streaming;

    /// <summary>Gets the API key, wherever the provider's wire puts it; <see langword="null"/> when there was none.</summary>
    public string? ApiKey
    {
        get
        {
            foreach (var name in (ReadOnlySpan<string>)["x-api-key", "api-key", "x-goog-api-key"])
            {
                if (Headers.TryGetValue(name, out var key))
                {
                    return key;
                }
            }

            const string Bearer = "Bearer ";
            return Headers.TryGetValue("Authorization", out var value) && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? value[Bearer.Length..] : null;
        }
    }

    /// <summary>Gets the fault that the request met; <see langword="null"/> when all went well.</summary>
    public Fault? Fault { get; internal set; }

    /// <summary>Gets the HTTP status that was sent, or would have been if the fault had let it.</summary>
    public int Status { get; internal set; }

    /// <summary>Gets what became of the request.</summary>
    public SimulatedRequestOutcome Outcome => (SimulatedRequestOutcome)Volatile.Read(ref outcome);

    /// <summary>Gets whether the caller cancelled, or let go of the response before its end.</summary>
    public bool WasCancelled => Outcome == SimulatedRequestOutcome.Cancelled;

    /// <inheritdoc />
    public override string ToString() => $"#{Number} {Method} {Url.AbsolutePath} {Outcome}";

    internal bool TryEnd(SimulatedRequestOutcome value) =>
        Interlocked.CompareExchange(ref outcome, (int)value, (int)SimulatedRequestOutcome.InProgress) == (int)SimulatedRequestOutcome.InProgress;
}
