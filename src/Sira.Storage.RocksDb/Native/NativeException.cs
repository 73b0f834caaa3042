using System.Runtime.InteropServices;

namespace Sira.Storage.RocksDb.Native;

/// <summary>An error that RocksDB has returned.</summary>
internal sealed class NativeException(string text) : Exception(text)
{
    /// <summary>What kind of error it is.</summary>
    public NativeStatus Status { get; } = Classify(text);

    /// <summary>Throws where there is an error, whose text is freed.</summary>
    /// <param name="error">What a function has left in its <c>errptr</c>.</param>
    public static void ThrowIf(nint error)
    {
        if (error != 0)
        {
            throw Take(error);
        }
    }

    /// <summary>Makes an exception of an error, whose text is freed.</summary>
    public static NativeException Take(nint error)
    {
        try
        {
            return new NativeException(Marshal.PtrToStringUTF8(error) ?? string.Empty);
        }
        finally
        {
            NativeMethods.Free(error);
        }
    }

    // The prefixes are those of Status::ToString in util/status.cc; the rest are the operating system's texts, which it appends.
    private static NativeStatus Classify(string text) => text switch
    {
        _ when Has(text, "No space left") || Has(text, "quota exceeded") || Has(text, "File too large") || Has(text, "Space limit reached") => NativeStatus.NoSpace,
        _ when Has(text, "lock hold by current process") || Has(text, "While lock file") => NativeStatus.Locked,
        _ when Has(text, "newer version of RocksDB") || Has(text, "Unknown Footer version") || Has(text, "unknown checksum type") => NativeStatus.NotSupported,
        _ when text.StartsWith("Corruption", StringComparison.Ordinal) => NativeStatus.Corruption,
        _ when text.StartsWith("Not implemented", StringComparison.Ordinal) => NativeStatus.NotSupported,
        _ when text.StartsWith("Invalid argument", StringComparison.Ordinal) => NativeStatus.InvalidArgument,
        _ when Has(text, "Permission denied") || Has(text, "Operation not permitted") => NativeStatus.Denied,
        _ when Has(text, "Read-only file system") => NativeStatus.ReadOnly,
        _ when text.StartsWith("IO error", StringComparison.Ordinal) => NativeStatus.InputOutput,
        _ when text.StartsWith("Result incomplete", StringComparison.Ordinal) => NativeStatus.Incomplete,
        _ when text.StartsWith("Resource busy", StringComparison.Ordinal) || text.StartsWith("Operation failed. Try again", StringComparison.Ordinal) => NativeStatus.Busy,
        _ when text.StartsWith("Operation timed out", StringComparison.Ordinal) => NativeStatus.TimedOut,
        _ when text.StartsWith("Shutdown in progress", StringComparison.Ordinal) => NativeStatus.ShuttingDown,
        _ => NativeStatus.Unknown,
    };

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
