namespace Sira.Session.Tests;

public sealed class UserStepwiseTests() : UserTests(isAtomic: false);
