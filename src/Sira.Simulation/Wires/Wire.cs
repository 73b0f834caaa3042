using System.Text.Json;
using Sira.Simulation.Prompts;

namespace Sira.Simulation.Wires;

/// <summary>One protocol, from the provider's side: reads requests, writes answers.</summary>
internal abstract class Wire
{
    /// <summary>Gets which protocol this is.</summary>
    public abstract SimulatedWire Kind { get; }

    /// <summary>Gets how this provider words errors.</summary>
    public abstract ErrorShape Errors { get; }

    /// <summary>Gets the headers that every answer of this provider carries.</summary>
    public virtual IReadOnlyList<KeyValuePair<string, string>> Headers => [];

    /// <summary>Gets the media type of unary answers.</summary>
    public virtual string JsonMediaType => "application/json";

    /// <summary>Gets the media type of streams.</summary>
    public virtual string StreamMediaType => "text/event-stream; charset=utf-8";

    /// <summary>Reads a request.</summary>
    /// <param name="path">The URL's path.</param>
    /// <param name="body">The JSON body.</param>
    /// <returns>The prompt.</returns>
    /// <exception cref="BadPromptException">The provider would refuse it.</exception>
    public abstract SimulatedPrompt Read(string path, JsonElement body);

    /// <summary>Writes a unary answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <returns>The body.</returns>
    public abstract byte[] WriteBody(WireAnswer answer);

    /// <summary>Writes a stream.</summary>
    /// <param name="answer">The answer.</param>
    /// <returns>The events.</returns>
    public virtual IReadOnlyList<Frame> WriteStream(WireAnswer answer) => [new Frame(FrameKind.Body, WriteBody(answer))];
}
