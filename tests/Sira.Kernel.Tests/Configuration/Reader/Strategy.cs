namespace Sira.Kernel.Tests.Configuration.Reader;

internal enum Strategy
{
    LowestCost,
    LowestLatency,
}
