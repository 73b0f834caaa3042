using System.Runtime.InteropServices;

namespace Sira.Storage.Codecs.Compression;

/// <summary>The functions of <c>libzstd</c>, found at run time under whichever name the system has it.</summary>
/// <remarks>Pointers rather than imports: an import has one name, and the library is <c>libzstd.so.1</c> here and <c>libzstd.1.dylib</c> there; where it is absent nothing has failed before zstd is asked for. Never unloaded.</remarks>
internal sealed unsafe class ZstdLibrary
{
    // 1.4.0 (2019), the oldest that is tried.
    private const uint OldestVersion = 10400;
    private const nuint TargetTooSmall = 70;

    private static readonly string[] Names = ["libzstd.so.1", "libzstd.1.dylib", "libzstd.dll", "libzstd", "zstd"];
    private static readonly Lazy<ZstdLibrary?> Found = new(static () => TryLoad(static name => NativeLibrary.TryLoad(name, typeof(ZstdLibrary).Assembly, null, out var handle) ? handle : 0));

    private readonly delegate* unmanaged<nuint, nuint> compressBound;
    private readonly delegate* unmanaged<nuint, uint> isError;
    private readonly delegate* unmanaged<nuint, byte*> errorName;
    private readonly delegate* unmanaged<nint> createCompressor;
    private readonly delegate* unmanaged<nint, nuint> freeCompressor;
    private readonly delegate* unmanaged<nint> createDecompressor;
    private readonly delegate* unmanaged<nint, nuint> freeDecompressor;
    private readonly delegate* unmanaged<nint, byte*, nuint, byte*, nuint, int, nuint> compress;
    private readonly delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint> decompress;
    private readonly delegate* unmanaged<byte*, nuint, int, nint> createCompressorDictionary;
    private readonly delegate* unmanaged<nint, nuint> freeCompressorDictionary;
    private readonly delegate* unmanaged<byte*, nuint, nint> createDecompressorDictionary;
    private readonly delegate* unmanaged<nint, nuint> freeDecompressorDictionary;
    private readonly delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nint, nuint> compressWithDictionary;
    private readonly delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nint, nuint> decompressWithDictionary;
    private readonly delegate* unmanaged<byte*, nuint, byte*, nuint*, uint, nuint> train;

    private ZstdLibrary(nint library)
    {
        compressBound = (delegate* unmanaged<nuint, nuint>)NativeLibrary.GetExport(library, "ZSTD_compressBound");
        isError = (delegate* unmanaged<nuint, uint>)NativeLibrary.GetExport(library, "ZSTD_isError");
        errorName = (delegate* unmanaged<nuint, byte*>)NativeLibrary.GetExport(library, "ZSTD_getErrorName");
        createCompressor = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "ZSTD_createCCtx");
        freeCompressor = (delegate* unmanaged<nint, nuint>)NativeLibrary.GetExport(library, "ZSTD_freeCCtx");
        createDecompressor = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "ZSTD_createDCtx");
        freeDecompressor = (delegate* unmanaged<nint, nuint>)NativeLibrary.GetExport(library, "ZSTD_freeDCtx");
        compress = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, int, nuint>)NativeLibrary.GetExport(library, "ZSTD_compressCCtx");
        decompress = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint>)NativeLibrary.GetExport(library, "ZSTD_decompressDCtx");
        createCompressorDictionary = (delegate* unmanaged<byte*, nuint, int, nint>)NativeLibrary.GetExport(library, "ZSTD_createCDict");
        freeCompressorDictionary = (delegate* unmanaged<nint, nuint>)NativeLibrary.GetExport(library, "ZSTD_freeCDict");
        createDecompressorDictionary = (delegate* unmanaged<byte*, nuint, nint>)NativeLibrary.GetExport(library, "ZSTD_createDDict");
        freeDecompressorDictionary = (delegate* unmanaged<nint, nuint>)NativeLibrary.GetExport(library, "ZSTD_freeDDict");
        compressWithDictionary = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nint, nuint>)NativeLibrary.GetExport(library, "ZSTD_compress_usingCDict");
        decompressWithDictionary = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nint, nuint>)NativeLibrary.GetExport(library, "ZSTD_decompress_usingDDict");
        train = (delegate* unmanaged<byte*, nuint, byte*, nuint*, uint, nuint>)NativeLibrary.GetExport(library, "ZDICT_trainFromBuffer");
    }

    /// <summary>Gets the library of this system; <see langword="null"/> where there is none.</summary>
    public static ZstdLibrary? Installed => Found.Value;

    /// <summary>Finds the library.</summary>
    /// <param name="load">Loads a library by its name; 0 where there is none.</param>
    public static ZstdLibrary? TryLoad(Func<string, nint> load)
    {
        foreach (var name in Names)
        {
            if (load(name) is var library and not 0
                && NativeLibrary.TryGetExport(library, "ZSTD_versionNumber", out var version)
                && ((delegate* unmanaged<uint>)version)() >= OldestVersion)
            {
                return new ZstdLibrary(library);
            }
        }

        return null;
    }

    public int MaximumLength(int length) => checked((int)compressBound((nuint)length));

    public ZstdHandle CreateCompressor() => new(createCompressor(), freeCompressor);

    public ZstdHandle CreateDecompressor() => new(createDecompressor(), freeDecompressor);

    public ZstdHandle CreateCompressorDictionary(ReadOnlySpan<byte> content, int level)
    {
        fixed (byte* start = content)
        {
            return new ZstdHandle(createCompressorDictionary(start, (nuint)content.Length, level), freeCompressorDictionary);
        }
    }

    public ZstdHandle CreateDecompressorDictionary(ReadOnlySpan<byte> content)
    {
        fixed (byte* start = content)
        {
            return new ZstdHandle(createDecompressorDictionary(start, (nuint)content.Length), freeDecompressorDictionary);
        }
    }

    /// <summary>Compresses.</summary>
    /// <returns>How many bytes were written; -1 where they have no room.</returns>
    public int Compress(ZstdHandle context, ReadOnlySpan<byte> source, Span<byte> target, int level, ZstdHandle? dictionary)
    {
        using var held = context.Hold();
        using var known = dictionary is null ? default : dictionary.Hold();
        fixed (byte* from = source, to = target)
        {
            var result = dictionary is null
                ? compress(held.Pointer, to, (nuint)target.Length, from, (nuint)source.Length, level)
                : compressWithDictionary(held.Pointer, to, (nuint)target.Length, from, (nuint)source.Length, known.Pointer);
            return isError(result) != 0 && 0 - result == TargetTooSmall ? -1 : Checked(result);
        }
    }

    /// <summary>Decompresses; never writes beyond the target.</summary>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="InvalidDataException">It cannot be, or needs more room.</exception>
    public int Decompress(ZstdHandle context, ReadOnlySpan<byte> source, Span<byte> target, ZstdHandle? dictionary)
    {
        using var held = context.Hold();
        using var known = dictionary is null ? default : dictionary.Hold();
        fixed (byte* from = source, to = target)
        {
            return Checked(dictionary is null
                ? decompress(held.Pointer, to, (nuint)target.Length, from, (nuint)source.Length)
                : decompressWithDictionary(held.Pointer, to, (nuint)target.Length, from, (nuint)source.Length, known.Pointer));
        }
    }

    /// <summary>Trains a dictionary from samples that stand one behind the other.</summary>
    /// <exception cref="InvalidDataException">They are too few, or too much alike.</exception>
    public int Train(Span<byte> target, ReadOnlySpan<byte> samples, ReadOnlySpan<nuint> lengths)
    {
        fixed (byte* to = target, from = samples)
        fixed (nuint* each = lengths)
        {
            return Checked(train(to, (nuint)target.Length, from, each, (uint)lengths.Length));
        }
    }

    private int Checked(nuint result) =>
        isError(result) == 0 ? (int)result : throw new InvalidDataException($"zstd says: {Marshal.PtrToStringUTF8((nint)errorName(result))}.");
}
