using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Codecs.Format;
using Sira.Storage.Errors;

namespace Sira.Storage.Codecs;

/// <summary>The errors of a codec over one engine. None holds a value.</summary>
internal sealed class CodecErrors(string engine)
{
    public const string InstallZstd = "Install libzstd 1.4 or later, on Debian and Ubuntu with 'apt-get install libzstd1'";

    public string Engine => engine;

    public StorageException Corrupt(in ValueAddress address, string what, Exception? cause = null) =>
        Counted(StorageErrorKind.Corrupt, $"{address} is damaged: {what} Restore it from a backup, or delete it.", cause);

    public StorageException Plain(in ValueAddress address) =>
        Counted(StorageErrorKind.Corrupt, $"{address} does not begin as an encoded value does: it is damaged, or it was written without this codec. In the latter case set {nameof(CodecOptions)}.{nameof(CodecOptions.ReadPlain)} and write it again.");

    public StorageException Newer(in ValueAddress address) =>
        Counted(StorageErrorKind.Incompatible, $"{address} was encoded by a newer version. Read it with that version, or a later one.");

    public StorageException NotEncrypted(in ValueAddress address) =>
        Counted(StorageErrorKind.Incompatible, $"{address} is not encrypted, and its namespace is. If it comes from before that was so, set {nameof(CodecOptions)}.{nameof(CodecOptions.ReadPlain)} and write it again; otherwise somebody has put it there.");

    public StorageException NoZstd(in ValueAddress address) =>
        Counted(StorageErrorKind.Incompatible, $"{address} is compressed with zstd, which is not there. {InstallZstd}.");

    public StorageException NoZstd() =>
        new(StorageErrorKind.Incompatible, engine, $"Values are to be compressed with zstd, which is not there. {InstallZstd}, choose another compression, or set {nameof(CodecOptions)}.{nameof(CodecOptions.FallBackToBrotli)}.");

    public StorageException NoDictionary(in ValueAddress address, string @namespace, uint version) =>
        Counted(StorageErrorKind.Corrupt, $"{address} was compressed with the dictionary {version} of '{@namespace}', which is not in '{Compression.CompressionDictionaries.Namespace}' any more. Restore that from a backup.");

    public StorageException NoKeys(in ValueAddress address) =>
        Counted(StorageErrorKind.KeyUnknown, $"{address} is encrypted, but encryption is not set up. Give the engine a key ring.");

    public StorageException KeyMissing(in ValueAddress address, uint generation) =>
        Counted(StorageErrorKind.KeyUnknown, $"{address} is encrypted with a data key (generation {generation}) that is not in '{DataKeys.Namespace}'. Restore that namespace from the backup that the value comes from.");

    public StorageException Erased(in ValueAddress address, DateTimeOffset at) =>
        new(StorageErrorKind.KeyUnknown, engine, $"{address} cannot be read any more: the data key of its subject was erased at {at:u}. Delete the value.") { IsErased = true };

    public StorageException ErasedMeanwhile(in ValueAddress address) => new(
        StorageErrorKind.KeyUnknown, engine, $"{address} was written while its subject was erased, and cannot be read. Write it again if it is still wanted.") { IsUncertain = true };

    public StorageException KeyUnknown(string message, Exception? cause = null) => Counted(StorageErrorKind.KeyUnknown, message, cause);

    public StorageException RecordDamaged(string name) =>
        Counted(StorageErrorKind.Corrupt, $"The data keys at '{DataKeys.Namespace}: {name}' are damaged. Restore the value from a backup.");

    public StorageException RecordNewer(string name) =>
        Counted(StorageErrorKind.Incompatible, $"The data keys at '{DataKeys.Namespace}: {name}' were written by a newer version. Use that version, or a later one.");

    public StorageException Busy(string name) =>
        new(StorageErrorKind.Busy, engine, $"Others change '{DataKeys.Namespace}: {name}' all the time. Try again.");

    public StorageException TooManyKeys(string name, int maximum) =>
        new(StorageErrorKind.Full, engine, $"There are {maximum} data keys at '{DataKeys.Namespace}: {name}', and no more are kept. Raise {nameof(CodecOptions.DataKeys)}.{nameof(DataKeyOptions.RotateAfterWrites)}, or move the values to another subject.");

    private StorageException Counted(StorageErrorKind kind, string message, Exception? cause = null)
    {
        CodecMetrics.Failed(engine, kind);
        return new StorageException(kind, engine, message, cause);
    }
}
