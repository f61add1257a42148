#pragma once

#include <string>
#include <vector>

#include "torture/scenario.h"

namespace calculon::torture {

// A piece of work for the built program that can be killed in the middle and made again.
struct Work {
  std::string name;
  Files files;                         // what is there before
  std::vector<test::Arguments> calls;  // made at the same time, such as the shards of a study
  test::Arguments last;                // made when they have ended; alone, if there are none
  std::vector<std::string> outputs;    // of `last` or all; a name that ends in "/" is a folder
  std::string results;                 // a folder that no run leaves temporary files in
};

// A few tenths of a second each.
std::vector<Work> killed_work();

// Far too much to wait for, of all kinds that take long somewhere. Only name, files and `last`.
std::vector<Work> endless_work();

}  // namespace calculon::torture
