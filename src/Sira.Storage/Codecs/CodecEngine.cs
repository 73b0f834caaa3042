using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Kernel.Sealing;
using Sira.Kernel.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Codecs.Compression;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Codecs.Format;
using Sira.Storage.Codecs.KeyRings;
using Sira.Storage.Keys;

namespace Sira.Storage.Codecs;

/// <summary>Compresses and encrypts what another engine keeps: its values and the contents of its events. Keys, types of events, tags, conditions and times to live stay as they are, and readable.</summary>
/// <remarks>
/// <para>Everything that is written gets a header that says how it is encoded, and a checksum or, encrypted, an authentication tag. What was changed in the engine is reported as <see cref="Errors.StorageErrorKind.Corrupt"/>.</para>
/// <para>Encryption authenticates a value together with its namespace, tenant and name, so that values cannot be swapped. It does not tell an older value of the same key from the latest, nor the order of the events of a stream: whoever can write to the engine can put back what was there before.</para>
/// </remarks>
public sealed class CodecEngine : IStorageEngine
{
    private static readonly TimeSpan ExpiresSoon = TimeSpan.FromDays(30);

    private readonly IStorageEngine inner;
    private readonly IKeyRing? ring;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CodecErrors errors;
    private readonly CodecProfiles profiles;
    private readonly bool isZstdReplaced;
    private readonly ZstdCodec? zstd;
    private readonly DataKeyStore? keyStore;
    private readonly DataKeyCache? keyCache;
    private readonly DataKeyWatch? keyWatch;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="inner">The engine that keeps the values. Disposed of with this one.</param>
    /// <param name="options">How they are encoded.</param>
    /// <param name="keys">The key-encryption keys, needed where anything is, or was, encrypted. See <see cref="KeyRingOptions.CreateKeyRing"/>.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's.</param>
    /// <param name="random">By what the uses of keys are counted; not what encrypts. <see langword="null"/> means the system's.</param>
    /// <param name="loggers">The logs.</param>
    /// <exception cref="SiraConfigurationException">An option is wrong, or the engine cannot do what it needs.</exception>
    public CodecEngine(IStorageEngine inner, CodecOptions options, IKeyRing? keys = null, TimeProvider? time = null, IRandomSource? random = null, ILoggerFactory? loggers = null)
        : this(inner, options, keys, time, random, loggers, ZstdLibrary.Installed)
    {
    }

    internal CodecEngine(IStorageEngine inner, CodecOptions options, IKeyRing? keys, TimeProvider? time, IRandomSource? random, ILoggerFactory? loggers, ZstdLibrary? library)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(options);
        Validate(inner, options, keys);
        (this.inner, ring, this.time) = (inner, keys, time ?? TimeProvider.System);
        logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<CodecEngine>();
        errors = new CodecErrors(inner.Name);
        isZstdReplaced = library is null && options.FallBackToBrotli;
        profiles = new CodecProfiles(options, isZstdReplaced);
        Capabilities = inner.Capabilities with { MaximumValueLength = inner.Capabilities.MaximumValueLength - ValueHeader.MaximumOverhead };
        DictionaryCache? dictionaries = null;
        if (library is not null)
        {
            zstd = new ZstdCodec(library);
            dictionaries = new DictionaryCache(inner, library, options.DataKeys.CacheDuration, this.time);
        }

        DataKeyProvider? provider = null;
        if (keys is not null)
        {
            keyStore = new DataKeyStore(inner, new KeyWrapper(keys, errors), options.DataKeys, this.time, errors, logger);
            keyCache = new DataKeyCache(keyStore, options.DataKeys, this.time);
            keyWatch = new DataKeyWatch(inner.Changes, keyCache, errors, logger);
            Keys = new DataKeys(inner, keyStore, keyCache, options.DataKeys, this.time, logger);

            // A tenant's erasure must not take the dictionaries along.
            var rules = options.Subjects.Append(SubjectRule.FirstSegment(CompressionDictionaries.Namespace));
            provider = new DataKeyProvider(keyStore, keyCache, keyWatch, rules, options.DataKeys, random ?? SystemRandomSource.Instance, errors);
        }

        var encoder = new ValueEncoder(profiles, provider, dictionaries, zstd, errors);
        var decoder = new ValueDecoder(profiles, provider, dictionaries, zstd, options.ReadPlain, inner.Capabilities.MaximumValueLength, errors);
        Store = new CodecStore(inner.Store, encoder, decoder, Capabilities);
        Events = inner.Events is { } log ? new CodecEventLog(log, encoder, decoder, Capabilities) : null;
        dictionaries?.Store = Store;
        Dictionaries = new CompressionDictionaries(inner, dictionaries, errors, logger);
    }

    /// <inheritdoc />
    public string Name => inner.Name;

    /// <summary>Gets what the engine underneath can do; values may be some bytes shorter.</summary>
    public StorageCapabilities Capabilities { get; }

    /// <inheritdoc />
    public IStore Store { get; }

    /// <inheritdoc />
    public IEventLog? Events { get; }

    /// <inheritdoc />
    public IChangeFeed? Changes => inner.Changes;

    /// <summary>Gets the data keys; <see langword="null"/> without a key ring.</summary>
    public DataKeys? Keys { get; }

    /// <summary>Gets the dictionaries of zstd.</summary>
    public CompressionDictionaries Dictionaries { get; }

    internal int CachedSubjects => keyCache?.Count ?? 0;

    /// <inheritdoc />
    public async ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        if (profiles.IsAnyZstd && zstd is null)
        {
            throw errors.NoZstd();
        }

        if (isZstdReplaced)
        {
            logger.FellBackToBrotli(Name);
        }

        await inner.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (profiles.IsAnyEncrypted)
        {
            await keyStore!.ProveAsync(isWriting: false, cancellationToken).ConfigureAwait(false);
            await keyWatch!.StartAsync(cancellationToken).ConfigureAwait(false);
            if (ring is ExpiringKeyRing { CurrentExpiresAt: { } end } && end - time.GetUtcNow() < ExpiresSoon)
            {
                logger.KeyExpiresSoon(Name, keyStore.Wrapper.Current().Id, end);
            }
        }
    }

    /// <inheritdoc />
    public IAsyncEnumerable<StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => inner.ListPartitionsAsync(@namespace, cancellationToken);

    /// <summary>Closes the engine underneath, and forgets all keys.</summary>
    public async ValueTask DisposeAsync()
    {
        if (keyWatch is not null)
        {
            await keyWatch.DisposeAsync().ConfigureAwait(false);
        }

        keyCache?.Close();
        zstd?.Dispose();
        await inner.DisposeAsync().ConfigureAwait(false);
    }

    private static void Validate(IStorageEngine inner, CodecOptions options, IKeyRing? keys)
    {
        var found = new ConfigurationErrors();
        options.Validate(options.Path, found);
        var path = $"{options.Path}:{nameof(CodecOptions.Encryption)}";
        if (options.Encryption is not ValueEncryption.None || options.Namespaces.Values.Any(static own => own.Encryption is not (null or ValueEncryption.None)))
        {
            if (keys is null)
            {
                found.Add(path, "there is no key ring.", options.KeyRingFix);
            }

            if (!inner.Capabilities.Has(StorageFeatures.Conditions))
            {
                found.Add(path, $"the engine '{inner.Name}' does not have {StorageFeatures.Conditions}, without which two processes may not agree on a key.", "Choose one that has.");
            }
        }

        if (inner.Capabilities.MaximumValueLength <= ValueHeader.MaximumOverhead)
        {
            found.Add(options.Path, $"the engine '{inner.Name}' takes values of {inner.Capabilities.MaximumValueLength} bytes only.", $"Choose one that takes more than {ValueHeader.MaximumOverhead}.");
        }

        found.ThrowIfAny();
    }
}
