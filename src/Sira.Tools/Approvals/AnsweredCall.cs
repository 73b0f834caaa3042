using Microsoft.Extensions.AI;

namespace Sira.Tools.Approvals;

/// <summary>A call that was approved or rejected and has not been answered yet.</summary>
/// <param name="Call">The call, marked as answered.</param>
/// <param name="Approved">Whether it may run.</param>
/// <param name="Reason">Why not, if somebody said so.</param>
internal sealed record AnsweredCall(FunctionCallContent Call, bool Approved, string? Reason);
