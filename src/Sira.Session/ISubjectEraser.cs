namespace Sira.Session;

/// <summary>Destroys the key that everything of a subject is encrypted with, so that copies of it elsewhere, such as in backups, cannot be read any more.</summary>
/// <remarks>A subject is the part before the first <c>/</c> of the names under which a user's sessions, or a session that is nobody's, are stored.</remarks>
public interface ISubjectEraser
{
    /// <summary>Destroys the key of a subject. Must be able to be repeated.</summary>
    /// <param name="tenant">Whose subject it is.</param>
    /// <param name="subject">The subject: a random name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when the key is gone.</returns>
    ValueTask EraseAsync(string? tenant, string subject, CancellationToken cancellationToken = default);
}
