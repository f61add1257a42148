#pragma once

#include <string>
#include <vector>

#include "torture/in_process.h"
#include "torture/scenario.h"

namespace calculon::torture {

// A sentence for each thing that must never happen, from how the call ended and what is in the
// folder now.
std::vector<std::string> faults_of(const Scenario& scenario, const Ended& ended,
                                   const std::string& folder);

// Of one output, from its name and bytes: JSON that is none, a packed file that is torn, a table
// with uneven rows or numbers that are none, a page without data, an efficiency above 1.
std::vector<std::string> faults_of_output(const std::string& name, const std::string& path);

// Temporary files that are left below a folder.
std::vector<std::string> temporary_files(const std::string& folder);

}  // namespace calculon::torture
