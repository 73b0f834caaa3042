using System.Runtime.CompilerServices;

namespace Sira.Kernel.Resources.Quotas;

/// <summary>Room for the requests of one reservation on the stack.</summary>
[InlineArray(Length)]
internal struct RequestBuffer
{
    public const int Length = 32;

#pragma warning disable IDE0044, IDE0051, CS0169 // The compiler repeats it.
    private ResourceRequest first;
#pragma warning restore IDE0044, IDE0051, CS0169
}
