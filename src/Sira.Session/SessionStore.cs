using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Kernel.Time;
using Sira.Session.Errors;
using Sira.Session.Listing;
using Sira.Session.Making;
using Sira.Session.Pending;
using Sira.Session.Records;
using Sira.Session.Removal;
using Sira.Session.Subscriptions;
using Sira.Session.Upkeep;
using Sira.Session.Views;
using Sira.Storage;
using Sira.Storage.Capabilities;
using Sira.Storage.Keys;
using Sira.Tokens;

namespace Sira.Session;

/// <summary>Keeps sessions in a storage engine.</summary>
/// <remarks>Several stores, in several processes, may share one engine. Writes segments and records in the background; disposing waits for that, at most <see cref="DrainTime"/>. The engine stays open.</remarks>
public sealed class SessionStore : ISessions, IAsyncDisposable, IDisposable
{
    /// <summary>How long disposing waits for what is done in the background: 5 seconds.</summary>
    public static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    private readonly SessionCore core;
    private readonly SessionSweeper sweeper;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="engine">Where they are kept.</param>
    /// <param name="options">How, and within which limits; <see langword="null"/> means the defaults.</param>
    /// <param name="time">The clock; <see langword="null"/> means the system's.</param>
    /// <param name="tokens">Estimates the tokens of messages; <see langword="null"/> means <see cref="TokenEstimator"/>.</param>
    /// <param name="subjects">Destroys the encryption keys of those who are erased; <see langword="null"/> where nothing is encrypted by subject.</param>
    /// <param name="random">What ids and the names of subjects are made of; <see langword="null"/> means the runtime's.</param>
    /// <param name="loggers">Where to log; <see langword="null"/> for nowhere.</param>
    /// <exception cref="SiraConfigurationException">An option is out of range.</exception>
    /// <exception cref="NotSupportedException">The engine has no logs, conditions or scans.</exception>
    public SessionStore(IStorageEngine engine, SessionOptions? options = null, TimeProvider? time = null, ITokenEstimator? tokens = null, ISubjectEraser? subjects = null, IRandomSource? random = null, ILoggerFactory? loggers = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        options ??= new SessionOptions();
        var errors = new ConfigurationErrors();
        options.Validate(nameof(SessionOptions), errors);
        errors.ThrowIfAny();
        StorageArguments.Require(StorageFeatures.EventLog | StorageFeatures.Conditions | StorageFeatures.Scan, engine.Capabilities);
        StorageArguments.Check(options.Durability, engine.Capabilities);
        var log = new SessionLog((loggers ?? NullLoggerFactory.Instance).CreateLogger(typeof(SessionStore).FullName!));
        core = new SessionCore(
            engine,
            options,
            time ?? TimeProvider.System,
            random ?? SystemRandomSource.Instance,
            new ChangeWriter(options, tokens ?? TokenEstimator.Instance),
            subjects,
            new BackgroundWork(log),
            log);
        sweeper = new SessionSweeper(core);
    }

    /// <inheritdoc />
    public async ValueTask<ISession> CreateAsync(string? id = null, string? tenant = null, NewSession? options = null, CancellationToken cancellationToken = default)
    {
        var key = new SessionKey(id ?? SessionNames.Random(core.Random, SessionNames.SubjectLength), tenant);
        return Handle(await SessionMaker.CreateAsync(core, key, options ?? new NewSession(), cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc />
    public async ValueTask<ISession> OpenAsync(SessionKey key, CancellationToken cancellationToken = default) =>
        await SessionOpener.FindAsync(core, key, cancellationToken).ConfigureAwait(false) is { } view ? Handle(core.ThrowIfGone(view)) : throw SessionCore.NotFound(key);

    /// <inheritdoc />
    public async ValueTask<ISession> OpenOrCreateAsync(SessionKey key, NewSession? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new NewSession();
        while (true)
        {
            if (await SessionOpener.FindAsync(core, key, cancellationToken).ConfigureAwait(false) is { } view && !core.IsExpired(view.ExpiresAt))
            {
                return options.User is null || options.User == view.Identity.Info.User ? Handle(view) : throw SessionCore.NotFound(key);
            }

            try
            {
                return Handle(await SessionMaker.CreateAsync(core, key, options, cancellationToken).ConfigureAwait(false));
            }
            catch (SessionExistsException)
            {
                // Somebody else has created it meanwhile.
            }
        }
    }

    /// <inheritdoc />
    public ValueTask<SessionPage> ListAsync(SessionQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return SessionLister.ListAsync(core, query, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<bool> DeleteAsync(SessionKey key, CancellationToken cancellationToken = default) => SessionRemover.RemoveAsync(core, key, erase: false, cancellationToken);

    /// <inheritdoc />
    public ValueTask<bool> EraseAsync(SessionKey key, CancellationToken cancellationToken = default) => SessionRemover.RemoveAsync(core, key, erase: true, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<int> EraseUserAsync(UserKey user, CancellationToken cancellationToken = default)
    {
        var key = core.Partition(user.Tenant).Key(SessionNames.User(user.Name));

        // Before, since a sweep that goes on after a crash does not know the name; and behind it, since until the sessions are gone something may still be made of them.
        await ErasingAsync(user, cancellationToken).ConfigureAwait(false);
        var count = await UserEraser.EraseAsync(core, key, cancellationToken).ConfigureAwait(false);
        await ErasingAsync(user, cancellationToken).ConfigureAwait(false);
        return count;
    }

    /// <inheritdoc />
    public async ValueTask<int> ExportUserAsync(UserKey user, Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var exporter = new UserExporter(core, output);
        return await exporter.ExportAsync(user, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<SweepResult> SweepAsync(int maximum = 1000, CancellationToken cancellationToken = default) => sweeper.SweepAsync(maximum, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<ISessionSubscription> SubscribeAsync(string name, CancellationToken cancellationToken = default) =>
        await SessionSubscription.OpenAsync(core, name, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        var drained = core.Upkeep.DisposeAsync().AsTask();
        if (!await InlineDelay.EndsWithinAsync(drained, DrainTime, core.Time).ConfigureAwait(false))
        {
            await core.Upkeep.StopAsync().ConfigureAwait(false);
        }

        await core.Signals.DisposeAsync().ConfigureAwait(false);
        sweeper.Dispose();
    }

    /// <summary>The same for those who cannot await: waits.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Keeps something in step with the sessions, also where they are changed by sweeps.</summary>
    internal void Observe(ISessionObserver observer) => core.Observe(observer);

    /// <summary>Waits until everything that was begun in the background has been done. For tests.</summary>
    internal Task DrainAsync(CancellationToken cancellationToken = default) => core.Upkeep.DrainAsync(cancellationToken);

    private async ValueTask ErasingAsync(UserKey user, CancellationToken cancellationToken)
    {
        foreach (var observer in core.Observers)
        {
            await observer.ErasingAsync(user, cancellationToken).ConfigureAwait(false);
        }
    }

    private SessionHandle Handle(SessionView view) => new(core, view);
}
