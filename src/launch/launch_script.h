#pragma once

#include <string>

#include "launch/framework.h"
#include "launch/launch_job.h"

namespace calculon {

// What a framework is told to run a job, as the text of a file: a shell script for Megatron-LM,
// YAML for Megatron-Bridge and nanotron, Python with the older TOML for torchtitan. A comment line
// stands for each setting that the framework is not told. REQUIRES that the framework can run it
// (launch_rules.h).
std::string launch_script(Framework framework, const LaunchJob& job);

// One for each framework.
std::string megatron_script(const LaunchJob& job);
std::string bridge_script(const LaunchJob& job);
std::string torchtitan_script(const LaunchJob& job);
std::string nanotron_script(const LaunchJob& job);

// "512 processors, batch 1024": the first comment of a file.
std::string launch_headline(Framework framework, const LaunchJob& job);

}  // namespace calculon
