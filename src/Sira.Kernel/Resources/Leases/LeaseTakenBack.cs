namespace Sira.Kernel.Resources.Leases;

/// <summary>A lease was taken back from a holder that did not end it. Published on the message bus.</summary>
/// <param name="Holder">Who held it.</param>
/// <param name="Reason"><see cref="LeaseState.Expired"/> or <see cref="LeaseState.Preempted"/>.</param>
/// <param name="HeldFor">How long it was held.</param>
public readonly record struct LeaseTakenBack(string Holder, LeaseState Reason, TimeSpan HeldFor);
