#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/search/strategy_space.h"
#include "calibrated/search/calibrated_space.h"
#include "cli/console.h"
#include "cli/search/search_arguments.h"

namespace calculon {

// The different values of a setting in a space, as texts, from the smallest number or in the order
// of the names; none if the space is empty.
std::vector<std::string> values_in(const StrategySpace& space, std::string_view key);
std::vector<std::string> values_in(const CalibratedSpace& space, std::string_view key);

// The values of a setting in the space of other arguments.
using ValuesOf =
    std::function<std::vector<std::string>(const SearchArguments& arguments, std::string_view key)>;

// Which batches would do, given the data parallelisms that there are.
using BatchRule = std::string (*)(const std::vector<std::string>& data_par);

// Why a space is empty and which values it has, in one line. REQUIRES that it is.
std::string why_empty(const SearchArguments& arguments, const ValuesOf& values_of,
                      BatchRule batch_rule);

// Tells why a published space is empty, if it is, and that a number of processors is prime.
void tell_space(const SearchArguments& arguments, const StrategySpace& space,
                const Transformer& model, const System& system, Console& console);
// The same of a calibrated one.
void tell_space(const SearchArguments& arguments, const CalibratedSpace& space,
                const Transformer& model, const System& system, Console& console);

}  // namespace calculon
