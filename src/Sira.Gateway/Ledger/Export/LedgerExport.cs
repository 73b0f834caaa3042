using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Sira.Gateway.Ledger.Export;

/// <summary>Writes rows to a stream, some at a time.</summary>
internal static class LedgerExport
{
    private const int BytesPerWrite = 16 * 1024;

    public static async Task WriteAsync(Stream stream, LedgerFormat format, IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(2 * BytesPerWrite);
        var text = new StringBuilder();
        using var json = new Utf8JsonWriter(buffer);
        if (format == LedgerFormat.Csv)
        {
            Encoding.UTF8.GetBytes(LedgerCsv.Header, buffer);
        }

        foreach (var row in rows)
        {
            if (format == LedgerFormat.Csv)
            {
                LedgerCsv.Write(text.Clear(), row);
                Encoding.UTF8.GetBytes(text.ToString(), buffer);
            }
            else
            {
                json.Reset();
                JsonSerializer.Serialize(json, row, LedgerJsonContext.Default.LedgerRow);
                json.Flush();
                buffer.Write("\n"u8);
            }

            if (buffer.WrittenCount >= BytesPerWrite)
            {
                await FlushAsync().ConfigureAwait(false);
            }
        }

        await FlushAsync().ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);

        async ValueTask FlushAsync()
        {
            cancellationToken.ThrowIfCancellationRequested();
            await stream.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
            buffer.ResetWrittenCount();
        }
    }
}
