using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Sira.Plugins.Loading.Folders;

/// <summary>Says when to look into folders again: shortly after their files changed, and by looking from time to time, since of network drives, mounts and folders that are made later no event tells.</summary>
/// <param name="time">The clock.</param>
/// <param name="folders">The folders as they are configured now.</param>
/// <param name="hasChanged">Looks whether anything is otherwise than at the last look.</param>
internal sealed class FolderWatch(TimeProvider time, Func<IReadOnlyList<string>> folders, Func<bool> hasChanged) : IDisposable
{
    /// <summary>How long changes gather before they are looked at, and how long a file must rest before it is called unreadable. Copying writes more often than that.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(500);

    // Listing a folder takes well under a millisecond, and nobody waits long for what no event tells.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Dictionary<string, (PhysicalFileProvider Files, IDisposable Events)> watched = new(StringComparer.Ordinal);
    private CancellationTokenSource changed = new();
    private ITimer? looking;
    private ITimer? settling;
    private bool isSettling;
    private bool isAnswered = true;
    private bool disposed;

    /// <summary>Begins to watch, and returns a token that fires when it is time to look.</summary>
    public IChangeToken GetChangeToken()
    {
        var present = Present();
        lock (gate)
        {
            if (looking is null && !disposed)
            {
                _ = Follow(present, anew: false);
                looking = time.CreateTimer(static self => ((FolderWatch)self!).Look(), this, Interval, Timeout.InfiniteTimeSpan);
            }

            return new CancellationChangeToken(changed.Token);
        }
    }

    /// <summary>Lets the token fire in a moment.</summary>
    public void LookSoon()
    {
        lock (gate)
        {
            if (!isSettling && !disposed)
            {
                isSettling = true;
                settling ??= time.CreateTimer(static self => ((FolderWatch)self!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                settling.Change(Settling, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Returns whether a look is the answer to the token, and not one that somebody else asked for.</summary>
    public bool TakeAnswer()
    {
        lock (gate)
        {
            var isAnswer = !isAnswered;
            isAnswered = true;
            return isAnswer;
        }
    }

    public void Dispose()
    {
        List<IDisposable> released;
        lock (gate)
        {
            disposed = true;
            looking?.Dispose();
            settling?.Dispose();
            released = Follow([], anew: false);
        }

        released.ForEach(static watch => watch.Dispose());
    }

    private void Look()
    {
        var isNews = hasChanged();
        var present = Present();
        List<IDisposable> released;
        lock (gate)
        {
            // What no event has told may be of a folder that has been replaced since it is listened to.
            released = Follow(present, anew: isNews);
            looking!.Change(Interval, Timeout.InfiniteTimeSpan);
        }

        released.ForEach(static watch => watch.Dispose());
        if (isNews)
        {
            LookSoon();
        }
    }

    private void Fire()
    {
        CancellationTokenSource firing;
        lock (gate)
        {
            isSettling = false;
            if (disposed)
            {
                return;
            }

            // Where nobody follows, nobody answers.
            (firing, changed, isAnswered) = (changed, new CancellationTokenSource(), looking is null);
        }

        // Outside the lock: whoever listens looks at once.
        firing.Cancel();
        firing.Dispose();
    }

    // Without the lock: a drive that does not answer must not hold up whoever looks for plugins.
    private HashSet<string> Present() => folders().Where(Directory.Exists).ToHashSet(StringComparer.Ordinal);

    // Returns what is to be disposed of outside the lock: disposing waits for events that are being told, and these wait for the lock.
    private List<IDisposable> Follow(HashSet<string> present, bool anew)
    {
        if (disposed)
        {
            present = [];
        }

        var released = new List<IDisposable>();
        foreach (var folder in watched.Keys.Where(folder => anew || !present.Contains(folder)).ToList())
        {
            released.AddRange([watched[folder].Events, watched[folder].Files]);
            watched.Remove(folder);
        }

        foreach (var folder in present.Where(folder => !watched.ContainsKey(folder)))
        {
            try
            {
                var files = new PhysicalFileProvider(folder);
                watched.Add(folder, (files, ChangeToken.OnChange(() => files.Watch(FolderListing.Pattern), LookSoon)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Gone again, or the system grants no more watches: looking from time to time has to do.
            }
        }

        return released;
    }
}
