using System.Text;
using System.Text.Json;

namespace Sira.Simulation.Wires;

/// <summary>Writes server-sent events.</summary>
/// <param name="newLine">The line break: most providers send LF, Google CRLF.</param>
internal sealed class EventWriter(string newLine = "\n")
{
    private readonly List<Frame> frames = [];

    /// <summary>Gets what was written.</summary>
    public IReadOnlyList<Frame> Frames => frames;

    /// <summary>Writes an event whose data is JSON.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="name">The event's name, or <see langword="null"/> for none.</param>
    /// <param name="write">Writes the data.</param>
    public void Write(FrameKind kind, string? name, Action<Utf8JsonWriter> write) => frames.Add(new Frame(kind, Encode(name, JsonWriting.Write(write))));

    /// <summary>Writes an event whose data is text.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="data">The data.</param>
    public void Write(FrameKind kind, string data) => frames.Add(new Frame(kind, Encode(null, Encoding.UTF8.GetBytes(data))));

    /// <summary>Encodes one event.</summary>
    /// <param name="name">The event's name, or <see langword="null"/> for none.</param>
    /// <param name="data">The data, without line breaks.</param>
    /// <returns>The bytes.</returns>
    public byte[] Encode(string? name, ReadOnlySpan<byte> data)
    {
        var prefix = name is null ? "data: " : $"event: {name}{newLine}data: ";
        return [.. Encoding.UTF8.GetBytes(prefix), .. data, .. Encoding.UTF8.GetBytes(newLine + newLine)];
    }
}
