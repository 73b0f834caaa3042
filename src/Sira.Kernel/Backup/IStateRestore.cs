namespace Sira.Kernel.Backup;

/// <summary>A state that was read and checked, ready to be put in place.</summary>
public interface IStateRestore
{
    /// <summary>Gets what is worth telling, such as what could not be taken over; each as a sentence. Read after <see cref="CommitAsync"/>.</summary>
    IReadOnlyList<string> Notes { get; }

    /// <summary>Puts the state in place. What can fail should have failed before; when it throws all the same, it must have had no effect.</summary>
    /// <param name="cancellationToken">Ends it because it takes too long.</param>
    /// <returns>A task that ends when it is in place.</returns>
    ValueTask CommitAsync(CancellationToken cancellationToken);

    /// <summary>Takes it away again, after <see cref="CommitAsync"/>, because another part could not put its own in place.</summary>
    /// <returns>A task that ends when it is gone.</returns>
    ValueTask UndoAsync();
}
