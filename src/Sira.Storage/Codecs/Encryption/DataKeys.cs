using Microsoft.Extensions.Logging;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.Keys;

namespace Sira.Storage.Codecs.Encryption;

/// <summary>The data keys of an engine: to rotate the key-encryption key, and to erase a subject.</summary>
/// <remarks>They stand in the namespace <see cref="Namespace"/> of the engine, wrapped. Losing that namespace is losing everything that is encrypted.</remarks>
public sealed class DataKeys
{
    /// <summary>The namespace of the wrapped data keys.</summary>
    public const string Namespace = "sira.keys";

    private readonly IStorageEngine engine;
    private readonly DataKeyStore store;
    private readonly DataKeyCache cache;
    private readonly DataKeyOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;

    internal DataKeys(IStorageEngine engine, DataKeyStore store, DataKeyCache cache, DataKeyOptions options, TimeProvider time, ILogger logger) =>
        (this.engine, this.store, this.cache, this.options, this.time, this.logger) = (engine, store, cache, options, time, logger);

    /// <summary>Wraps all data keys with the current key-encryption key; no value is touched. Writers go on meanwhile. It may be stopped and repeated.</summary>
    /// <remarks>First make the new key current in every process, then call this once, and remove the former key when the report is complete.</remarks>
    /// <param name="progress">Told after each page of subjects.</param>
    /// <param name="cancellationToken">Gives up; what was wrapped stays wrapped.</param>
    /// <returns>What came of it. A subject whose keys cannot be unwrapped is counted and logged, and does not stop the others.</returns>
    /// <exception cref="StorageException">The engine failed, or the current key cannot wrap.</exception>
    /// <exception cref="NotSupportedException">The engine cannot scan.</exception>
    public async ValueTask<KeyRotationReport> RotateAsync(IProgress<KeyRotationReport>? progress = null, CancellationToken cancellationToken = default)
    {
        StorageArguments.Require(StorageFeatures.Scan, engine.Capabilities);
        await store.ProveAsync(isWriting: true, cancellationToken).ConfigureAwait(false);
        var report = new KeyRotationReport(store.Wrapper.Current().Id, 0, 0, 0);
        var scan = new StoreScan(new StorePartition(Namespace)) { KeysOnly = true };
        do
        {
            var page = await engine.Store.ScanAsync(scan, cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                if (SubjectId.TryParse(item.Name, out var id))
                {
                    report = await RotateAsync(id, item.Name, report, cancellationToken).ConfigureAwait(false);
                }
            }

            progress?.Report(report);
            scan = scan with { After = page.Next };
        }
        while (scan.After is not null);

        logger.KeysRotated(engine.Name, report.KeyId, report.Rewrapped, report.Subjects, report.Failed);
        return report;
    }

    /// <summary>Erases the data keys of a subject: whatever was encrypted with them cannot be read any more, wherever copies of it are. What is written afterwards gets a new key.</summary>
    /// <remarks>
    /// <para>Reading what is still there throws a <see cref="StorageException"/> of the kind <see cref="StorageErrorKind.KeyUnknown"/>, so delete values and streams first. It may be repeated.</para>
    /// <para>The engine's files, its backups and replicas may hold the wrapped key for a while: it opens with the key-encryption key only. Where that is not enough, rotate and destroy that key as well.</para>
    /// </remarks>
    /// <param name="subject">The subject.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="StorageException">The engine failed; repeat it.</exception>
    public async ValueTask<KeyErasure> EraseAsync(KeySubject subject, CancellationToken cancellationToken = default)
    {
        if (subject.Name is not null && subject.Scope is null)
        {
            throw new ArgumentException($"The subject '{subject.Name}' has no scope. Give it that of its {nameof(SubjectRule)}: the namespace, unless the rule says otherwise.", nameof(subject));
        }

        var id = SubjectId.Of(subject);
        var erased = await store.EraseAsync(id, cancellationToken).ConfigureAwait(false);
        cache.Drop(id);
        return new KeyErasure(erased, time.GetUtcNow() + options.CacheDuration);
    }

    private async ValueTask<KeyRotationReport> RotateAsync(SubjectId id, string name, KeyRotationReport report, CancellationToken cancellationToken)
    {
        report = report with { Subjects = report.Subjects + 1 };
        try
        {
            return await store.RewrapAsync(id, cancellationToken).ConfigureAwait(false) ? report with { Rewrapped = report.Rewrapped + 1 } : report;
        }
        catch (StorageException exception) when (exception.Kind is StorageErrorKind.KeyUnknown or StorageErrorKind.Corrupt or StorageErrorKind.Incompatible)
        {
            logger.RewrapFailed(exception, engine.Name, name);
            return report with { Failed = report.Failed + 1 };
        }
    }
}
