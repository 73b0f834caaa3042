namespace Sira.Kernel.Backup;

/// <summary>The state of a part at one instant, to be written.</summary>
public sealed class CapturedState
{
    private readonly StateParticipants owner;
    private readonly IStateParticipant participant;
    private readonly IStateCapture capture;

    internal CapturedState(StateParticipants owner, IStateParticipant participant, IStateCapture capture) => (this.owner, this.participant, this.capture) = (owner, participant, capture);

    /// <summary>Gets the name of the part.</summary>
    public string Name => participant.Name;

    /// <summary>Gets the version of the form in which it writes.</summary>
    public int SchemaVersion => participant.SchemaVersion;

    /// <summary>Writes the state. A part that takes too long is left behind and may go on writing: the stream must then take nothing more.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>A task that ends when it is written.</returns>
    /// <exception cref="StateBackupException">The part failed or took too long.</exception>
    public Task SaveAsync(Stream destination, CancellationToken cancellationToken = default) => owner.AskAsync(
        participant,
        "write its state",
        async token =>
        {
            await capture.SaveAsync(destination, token).ConfigureAwait(false);
            return true;
        },
        cancellationToken);
}
