using Sira.Kernel.Time;
using Sira.Session.Errors;
using Sira.Session.Making;
using Sira.Session.Pending;
using Sira.Session.Records;
using Sira.Session.Subscriptions;
using Sira.Session.Upkeep;
using Sira.Session.Views;
using Sira.Storage;
using Sira.Storage.Capabilities;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Session;

/// <summary>What the parts of a store share.</summary>
internal sealed class SessionCore(IStorageEngine engine, SessionOptions options, TimeProvider time, IRandomSource random, ChangeWriter writer, ISubjectEraser? subjects, BackgroundWork upkeep, SessionLog log)
{
    private readonly LogReader reader = new(engine, log);
    private ISessionObserver[] observers = [];

    public IStorageEngine Engine => engine;

    public IEventLog Events { get; } = engine.Events!;

    public SessionOptions Options => options;

    public TimeProvider Time => time;

    public IRandomSource Random => random;

    public ChangeWriter Writer => writer;

    public ISubjectEraser? Subjects => subjects;

    public SessionLog Log => log;

    public RecordStore Records { get; } = new(engine);

    public ViewCache Cache { get; } = new(options.CachedHistories, options.CachedBytes);

    public BackgroundWork Upkeep => upkeep;

    public StreamSignals Signals { get; } = new(engine, options, time, log);

    public LogReader Reader => reader;

    public ViewLoader Loader => field ??= new ViewLoader(reader);

    private RecordKeeper Keeper { get; } = new(new RecordStore(engine), upkeep, log);

    private SegmentSealer Sealer => field ??= new SegmentSealer(engine, Records, reader);

    /// <summary>Whether several writes can be made as one.</summary>
    public bool IsAtomic { get; } = engine.Capabilities.Has(StorageFeatures.AtomicBatch | StorageFeatures.AtomicAppend | StorageFeatures.Conditions);

    public StorePartition Partition(string? tenant) => new(options.Namespace, tenant);

    /// <summary>Now, as exactly as events are dated.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    public AppendOptions Append => new(options.Durability);

    /// <summary>What is kept in step with the sessions.</summary>
    public ISessionObserver[] Observers => Volatile.Read(ref observers);

    public void Observe(ISessionObserver observer) => Volatile.Write(ref observers, [.. Observers, observer]);

    /// <summary>Has observers told that a session's history is another one.</summary>
    public void Changed(SessionKey key)
    {
        if (Observers.Length > 0)
        {
            Upkeep.Add("what is made of a session", cancellationToken => ChangedAsync(key, cancellationToken));
        }
    }

    /// <summary>Has a segment written.</summary>
    public void Seal(SessionIdentity identity, long number) =>
        Upkeep.Add("a segment", cancellationToken => Sealer.SealAsync(identity.Key, identity.Stream, number, cancellationToken));

    /// <summary>Has a session's record brought up to the view.</summary>
    public void Touch(SessionView view) => Keeper.Add(view);

    /// <summary>Brings a session's record up to a view where that goes well, and otherwise has it done later: the log, which is right, says so already.</summary>
    public async ValueTask TouchNowAsync(SessionView view, CancellationToken cancellationToken)
    {
        try
        {
            await TouchAsync(view, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is StorageException or OperationCanceledException)
        {
            Touch(view);
        }
    }

    /// <summary>Brings a session's record up to a view.</summary>
    public ValueTask TouchAsync(SessionView view, CancellationToken cancellationToken) => Keeper.WriteAsync(view, cancellationToken);

    /// <summary>Where a session stands, by what is stored and by the time.</summary>
    public SessionLifecycle LifecycleOf(SessionLifecycle stored, DateTimeOffset lastActiveAt) =>
        stored is SessionLifecycle.Active && time.GetUtcNow() - lastActiveAt >= options.IdleAfter ? SessionLifecycle.Idle : stored;

    public bool IsExpired(DateTimeOffset? at) => at is { } due && due <= time.GetUtcNow();

    /// <summary>Throws for a view of a session that is there no more.</summary>
    public SessionView ThrowIfGone(SessionView view) =>
        view.Lifecycle is SessionLifecycle.Erased ? throw Gone(view.Identity.Key)
        : IsExpired(view.ExpiresAt) ? throw new SessionNotFoundException(view.Identity.Key, $"The session '{view.Identity.Key}' has expired at {view.ExpiresAt:u}. Create another, with a longer time to live if it is to be kept longer.") { IsExpired = true }
        : view;

    private async ValueTask ChangedAsync(SessionKey key, CancellationToken cancellationToken)
    {
        if (await SessionOpener.FindAsync(this, key, cancellationToken).ConfigureAwait(false) is { } view && !IsExpired(view.ExpiresAt))
        {
            foreach (var observer in Observers)
            {
                await observer.ChangedAsync(new SessionHandle(this, view), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public static SessionNotFoundException Gone(SessionKey key) => new(key, $"The session '{key}' was deleted or erased meanwhile. Create another.");

    public static SessionNotFoundException NotFound(SessionKey key) => new(key, $"There is no session '{key}'. Create it, or check id and tenant.");
}
