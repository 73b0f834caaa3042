using Sira.Kernel.Messaging.Journal;

namespace Sira.Storage.Messaging.Groups;

/// <summary>Divides a commit that is larger than a batch may be.</summary>
/// <remarks>
/// In an order in which it does no harm when only the first parts are made, and the commit is made again: rows and dead letters first, which are the same when they are written again, and of which those behind the cursor do not count when the group is opened; then the cursor; then the rows that go.
/// </remarks>
internal static class CommitParts
{
    // The state of the group, and the number of the last dead letter.
    private const int Fixed = 2;
    private const int WritesOfRemoval = 2;

    public static IEnumerable<JournalCommit> Of(JournalCommit commit, int maximum)
    {
        maximum -= Fixed;
        if (commit.Upserts.Count + (commit.Removals.Count * WritesOfRemoval) + (commit.DeadLetters.Count * LetterStore.Writes) <= maximum)
        {
            return [commit];
        }

        // A cursor and a claim of 0 leave both as they are.
        var rows = commit.Upserts.Chunk(maximum).Select(part => new JournalCommit(commit.Epoch, 0, 0, part, [], []));
        var letters = commit.DeadLetters.Chunk(maximum / LetterStore.Writes).Select(part => new JournalCommit(commit.Epoch, 0, 0, [], [], part));
        var removals = commit.Removals.Chunk(maximum / WritesOfRemoval).Select(part => new JournalCommit(commit.Epoch, 0, 0, [], part, []));
        return [.. rows, .. letters, commit with { Upserts = [], Removals = [], DeadLetters = [] }, .. removals];
    }
}
