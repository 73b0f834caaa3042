namespace Sira.Session.Tests;

public sealed class ForkStepwiseTests() : ForkTests(isAtomic: false);
