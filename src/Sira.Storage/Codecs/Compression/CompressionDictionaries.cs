using System.Globalization;
using Microsoft.Extensions.Logging;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.Writing;

namespace Sira.Storage.Codecs.Compression;

/// <summary>The zstd dictionaries of an engine. Small values that are alike, such as messages, become several times smaller with one.</summary>
/// <remarks>They stand in the namespace <see cref="Namespace"/> of the engine, encrypted where any namespace is. A dictionary holds pieces of its samples for as long as it is kept, whatever is erased: give samples that may outlive their subjects.</remarks>
public sealed class CompressionDictionaries
{
    /// <summary>The namespace of the dictionaries.</summary>
    public const string Namespace = "sira.dictionaries";

    /// <summary>How long a dictionary becomes at most unless it is told otherwise: 32 KiB.</summary>
    public const int DefaultLength = 32 * 1024;

    // Less than this zstd refuses.
    private const int MinimumLength = 256;
    private const int MaximumLength = 1024 * 1024;
    private const long MaximumSamples = 256L * 1024 * 1024;

    private readonly IStorageEngine inner;
    private readonly DictionaryCache? cache;
    private readonly CodecErrors errors;
    private readonly ILogger logger;

    internal CompressionDictionaries(IStorageEngine inner, DictionaryCache? cache, CodecErrors errors, ILogger logger) =>
        (this.inner, this.cache, this.errors, this.logger) = (inner, cache, errors, logger);

    /// <summary>Trains a dictionary for a namespace, which compresses its values from then on: in this process at once, in others within <see cref="Encryption.DataKeyOptions.CacheDuration"/>. Older ones are kept for reading.</summary>
    /// <remarks>Computes on the calling thread, some seconds for a hundred megabytes.</remarks>
    /// <param name="namespace">The namespace.</param>
    /// <param name="samples">Values as they are written to it: a hundred times the length of the dictionary in all is good, at most 256 MiB.</param>
    /// <param name="maximumLength">How long it becomes at most, in bytes: 256 to 1,048,576.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The dictionary.</returns>
    /// <exception cref="ArgumentException">The samples are too few, too many or too much alike.</exception>
    /// <exception cref="NotSupportedException">The engine cannot scan, or has no conditions.</exception>
    /// <exception cref="StorageException">zstd is not installed, or the engine failed.</exception>
    public async ValueTask<DictionaryInfo> TrainAsync(string @namespace, IReadOnlyList<ReadOnlyMemory<byte>> samples, int maximumLength = DefaultLength, CancellationToken cancellationToken = default)
    {
        StorageArguments.CheckNamespace(@namespace);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumLength, MinimumLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumLength, MaximumLength);
        StorageArguments.Require(StorageFeatures.Scan | StorageFeatures.Conditions, inner.Capabilities);
        if (cache?.Store is not { } store)
        {
            throw new StorageException(StorageErrorKind.Incompatible, inner.Name, $"A dictionary cannot be trained without zstd. {CodecErrors.InstallZstd}.");
        }

        var content = Train(cache.Library, samples, maximumLength);
        while (true)
        {
            var versions = await cache.ListAsync(@namespace, cancellationToken).ConfigureAwait(false);
            var version = versions.Count > 0 ? versions[^1] + 1 : 1;
            var options = new PutOptions(WriteCondition.Absent, Durability: inner.Capabilities.MaximumDurability);
            if ((await store.PutAsync(DictionaryCache.Key(@namespace, version), content, options, cancellationToken).ConfigureAwait(false)).IsDone)
            {
                cache.Forget(@namespace);
                logger.DictionaryTrained(errors.Engine, @namespace, version, content.Length, samples.Count);
                return new DictionaryInfo(@namespace, version);
            }
        }
    }

    /// <summary>Lists the dictionaries of a namespace, the latest last.</summary>
    /// <param name="namespace">The namespace.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The dictionaries.</returns>
    /// <exception cref="StorageException">The engine failed.</exception>
    public async ValueTask<IReadOnlyList<DictionaryInfo>> ListAsync(string @namespace, CancellationToken cancellationToken = default)
    {
        StorageArguments.CheckNamespace(@namespace);
        StorageArguments.Require(StorageFeatures.Scan, inner.Capabilities);
        var versions = cache is null ? [] : await cache.ListAsync(@namespace, cancellationToken).ConfigureAwait(false);
        return [.. versions.Select(version => new DictionaryInfo(@namespace, version))];
    }

    private static byte[] Train(ZstdLibrary library, IReadOnlyList<ReadOnlyMemory<byte>> samples, int maximumLength)
    {
        var total = samples.Sum(static sample => (long)sample.Length);
        if (total > MaximumSamples)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The samples have {total} bytes, and at most {MaximumSamples} are taken. Give fewer."), nameof(samples));
        }

        var (joined, lengths, at) = (new byte[total], new nuint[samples.Count], 0);
        for (var i = 0; i < lengths.Length; i++)
        {
            samples[i].CopyTo(joined.AsMemory(at));
            at += samples[i].Length;
            lengths[i] = (nuint)samples[i].Length;
        }

        var content = new byte[maximumLength];
        try
        {
            return content[..library.Train(content, joined, lengths)];
        }
        catch (InvalidDataException exception)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"No dictionary can be trained from {samples.Count} samples of {total} bytes. {exception.Message} Give more, and different, ones: a hundred or more."), nameof(samples), exception);
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(joined);
        }
    }
}
