namespace Sira.Storage.State;

/// <summary>Keeps the state of this process in storage, so that it outlives it: the usage ledger, what is used of budgets and limits, open breakers, the history of the configuration, and whatever parts are registered as <see cref="Kernel.Backup.IStateParticipant"/>.</summary>
/// <remarks>The host starts and stops it. Registered by <c>AddStateStorage</c>.</remarks>
public interface IStateKeeper
{
    /// <summary>Gets the instant whose state was kept last; <see langword="null"/> when none was.</summary>
    DateTimeOffset? SavedAt { get; }

    /// <summary>Takes over what processes that have ended have left, and from then on keeps the state of this one.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when the state is in place.</returns>
    /// <exception cref="Errors.StorageException">The engine failed, and <see cref="StateStorageOptions.Required"/> is set.</exception>
    /// <exception cref="Kernel.Backup.StateBackupException">What is kept is damaged or does not fit this process, and <see cref="StateStorageOptions.Required"/> is set. It stays as it is.</exception>
    Task StartAsync(CancellationToken cancellationToken = default);

    /// <summary>Keeps the state of this instant now. Without it that happens after each <see cref="StateStorageOptions.Interval"/>, after each change of the configuration, and when the host has stopped.</summary>
    /// <param name="cancellationToken">Gives up; what was kept before stays.</param>
    /// <returns>A task that ends when it is kept.</returns>
    /// <exception cref="Errors.StorageException">The engine failed; what was kept before stays.</exception>
    /// <exception cref="Kernel.Backup.StateBackupException">A part failed; what was kept before stays.</exception>
    /// <exception cref="InvalidOperationException">It was not started, was stopped, or another process has taken the state over.</exception>
    Task SaveAsync(CancellationToken cancellationToken = default);

    /// <summary>Keeps the state a last time and leaves it to whoever starts next.</summary>
    /// <param name="cancellationToken">Gives up; what was kept before stays.</param>
    /// <returns>A task that ends when it is kept.</returns>
    Task StopAsync(CancellationToken cancellationToken = default);
}
