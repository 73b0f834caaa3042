global using Sira.Simulation;
global using Sira.Simulation.Faults;
