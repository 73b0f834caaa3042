using System.Globalization;

namespace Sira.Simulation.Traffic;

/// <summary>Writes records to a file as they come. A disk that fails ends the recording, never a request.</summary>
/// <param name="path">The file; where one exists, a number is put behind the name.</param>
/// <param name="time">The clock.</param>
internal sealed class TrafficFile(string path, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FlushAfter = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private FileStream? file;
    private long flushed;
    private bool ended;

    public void Write(TrafficRecord record)
    {
        var line = TrafficLog.ToLine(record);
        lock (gate)
        {
            if (ended)
            {
                return;
            }

            try
            {
                file ??= Open();
                file.Write(line);
                if (time.GetElapsedTime(flushed) > FlushAfter)
                {
                    file.Flush();
                    flushed = time.GetTimestamp();
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Close();
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            Close();
        }
    }

    private FileStream Open()
    {
        var name = path;
        for (var number = 2; File.Exists(name); number++)
        {
            name = Path.Combine(Path.GetDirectoryName(path) ?? string.Empty, string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(path)}-{number}{Path.GetExtension(path)}"));
        }

        return new FileStream(name, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 64 * 1024);
    }

    private void Close()
    {
        ended = true;
        try
        {
            file?.Dispose();
        }
        catch (IOException)
        {
            // The disk is full: what had been written before stays.
        }

        file = null;
    }
}
