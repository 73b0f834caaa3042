namespace Sira.Kernel.Resources.Leases;

/// <summary>That a holder may be asked to give its lease back for something more important. Agree to it only for work that can be resumed or has not begun: nothing else is ever preempted.</summary>
/// <param name="Priority">How important the work is, on the scale of <see cref="Admission.QueueEntry.Priority"/>. Only a higher one preempts it.</param>
/// <param name="Grace">How long the holder has to end the lease after it was asked. Then it is taken.</param>
/// <param name="Ask">Told that the lease is wanted, once, on the thread that wants it and not under a lock. It must be quick; what it throws is logged. It may end the lease itself or let the work do so.</param>
public sealed record PreemptionTerms(int Priority, TimeSpan Grace, Action<PreemptionNotice> Ask);
