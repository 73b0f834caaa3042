namespace Sira.Kernel.Backup;

/// <summary>The state of a part at one instant.</summary>
public interface IStateCapture
{
    /// <summary>Writes it.</summary>
    /// <param name="destination">Takes any number of bytes and passes them on, so that a large state needs no buffer of its size.</param>
    /// <param name="cancellationToken">Ends the writing, by the caller or because it takes too long.</param>
    /// <returns>A task that ends when everything is written.</returns>
    ValueTask SaveAsync(Stream destination, CancellationToken cancellationToken);
}
