using Sira.Kernel.Messaging.Errors;

namespace Sira.Kernel.Messaging.DeadLetters;

/// <summary>The messages that consumer groups have set aside: look at them, deliver them again, or do away with them.</summary>
/// <remarks>Thread-safe. Those of durable groups are in the journal, where several processes see them; those of other groups are in memory, bounded by <see cref="Topics.MessagingOptions.MaximumDeadLetters"/>, and go when their group ends.</remarks>
public interface IDeadLetterQueue
{
    /// <summary>Lists dead letters, those in memory first, each kind oldest first.</summary>
    /// <param name="query">Which; <see langword="null"/> means all, up to 1000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The dead letters.</returns>
    ValueTask<IReadOnlyList<DeadLetter>> ListAsync(DeadLetterQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>Reads the content of a dead letter.</summary>
    /// <typeparam name="T">The type of message.</typeparam>
    /// <param name="letter">The dead letter.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The content.</returns>
    /// <exception cref="MessagingException">It is gone, of another type, or its group is durable and not subscribed to here, so that the bus does not know how to read it. What the codec throws when it cannot be read passes through.</exception>
    ValueTask<T> ReadAsync<T>(DeadLetter letter, CancellationToken cancellationToken = default);

    /// <summary>Delivers a message again, to the group that set it aside and to no other, with its deliveries counted anew.</summary>
    /// <param name="letter">The dead letter.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it was there, and its group could take it; a group that is not durable must be subscribed to and have room.</returns>
    ValueTask<bool> RedriveAsync(DeadLetter letter, CancellationToken cancellationToken = default);

    /// <summary>Delivers messages again, one by one.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Stops between two of them.</param>
    /// <returns>How many.</returns>
    ValueTask<int> RedriveAsync(DeadLetterQuery query, CancellationToken cancellationToken = default);

    /// <summary>Delivers a message again with other content.</summary>
    /// <typeparam name="T">The type of message.</typeparam>
    /// <param name="letter">The dead letter.</param>
    /// <param name="message">The content.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it was there, and its group could take it.</returns>
    /// <exception cref="MessagingException">The group is of another type, or durable and not subscribed to here.</exception>
    ValueTask<bool> RedriveAsync<T>(DeadLetter letter, T message, CancellationToken cancellationToken = default);

    /// <summary>Publishes a message to a topic instead, with its key, correlation and headers and a new id, and removes the dead letter after that. If the process dies in between, both are there.</summary>
    /// <typeparam name="T">The type of message.</typeparam>
    /// <param name="letter">The dead letter.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="message">The content, as it was or changed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether the dead letter was there.</returns>
    ValueTask<bool> RedirectAsync<T>(DeadLetter letter, Topics.ITopic<T> topic, T message, CancellationToken cancellationToken = default);

    /// <summary>Does away with dead letters for good.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Stops between two of them.</param>
    /// <returns>How many.</returns>
    ValueTask<int> PurgeAsync(DeadLetterQuery query, CancellationToken cancellationToken = default);
}
