using System.Text;
using System.Text.Json;

namespace Sira.Simulation.Traffic;

/// <summary>Requests in the order of their time: recorded by <c>RecordTraffic</c>, made up by <see cref="SyntheticTraffic"/>, or read from a file of JSON lines, one <see cref="TrafficRecord"/> each.</summary>
public sealed class TrafficLog
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="records">The requests, in any order.</param>
    /// <exception cref="ArgumentException">A record has a negative time or count.</exception>
    public TrafficLog(IEnumerable<TrafficRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        Records = [.. records.OrderBy(static record => record.At)];
        foreach (var record in Records)
        {
            if (record.At < TimeSpan.Zero || record.InputTokens < 0 || record.OutputTokens < 0)
            {
                throw new ArgumentException($"The record at {record.At} with {record.InputTokens} input and {record.OutputTokens} output tokens is impossible: none of them may be negative.", nameof(records));
            }
        }
    }

    /// <summary>Gets the requests in the order of their time.</summary>
    public IReadOnlyList<TrafficRecord> Records { get; }

    /// <summary>Gets the time of the last request.</summary>
    public TimeSpan Duration => Records.Count == 0 ? TimeSpan.Zero : Records[^1].At;

    /// <summary>Reads a log.</summary>
    /// <param name="stream">JSON lines in UTF-8; blank lines are skipped.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The log.</returns>
    /// <exception cref="FormatException">A line is no record; the message has its number.</exception>
    public static async Task<TrafficLog> ReadAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var records = new List<TrafficRecord>();
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        for (var number = 1; await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line; number++)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                records.Add(Read(line, number));
            }
        }

        return new TrafficLog(records);
    }

    /// <summary>Writes the log.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>A task that ends when all is written.</returns>
    public async Task WriteAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        foreach (var record in Records)
        {
            await stream.WriteAsync(ToLine(record), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes one record as a line.</summary>
    internal static byte[] ToLine(TrafficRecord record) => [.. JsonSerializer.SerializeToUtf8Bytes(record, TrafficJsonContext.Default.TrafficRecord), (byte)'\n'];

    private static TrafficRecord Read(string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, TrafficJsonContext.Default.TrafficRecord) ?? throw new FormatException($"Line {number} of the traffic log is null instead of a record.");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"Line {number} of the traffic log is no record: {exception.Message} A line has at least at, inputTokens and outputTokens.", exception);
        }
    }
}
