namespace Sira.Session.Compaction;

/// <summary>Proposes summaries of parts of a history. Deletes nothing: whoever asked appends them to the session, and the messages stay. Thread-safe.</summary>
public interface ICompactor
{
    /// <summary>Gets the name by which configuration calls it.</summary>
    string Name { get; }

    /// <summary>Proposes summaries, one after the other; each can be appended before the next is there, and stays good when a later one fails.</summary>
    /// <param name="request">What is to be summarised.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The proposals.</returns>
    /// <exception cref="CompactionException">A model answered with nothing that could be used. What the client itself throws is not caught.</exception>
    IAsyncEnumerable<SummaryProposal> CompactAsync(CompactionRequest request, CancellationToken cancellationToken = default);
}
