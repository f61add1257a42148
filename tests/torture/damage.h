#pragma once

#include <string>

#include "fuzz/dice.h"

namespace calculon::torture {

// What disks, networks, editors and other programs do to files: one damage each.

// A flipped bit, a torn end, a block of zeros, bytes that come, go, repeat or change.
std::string damaged_bytes(std::string bytes, fuzz::Dice& dice);

// Lines that go, come twice, change places or lose a word.
std::string damaged_lines(const std::string& text, fuzz::Dice& dice);

// A table of CSV with other cells.
std::string damaged_table(const std::string& text, fuzz::Dice& dice);

// Records of a study that are other JSON, with a wrong checksum or none.
std::string damaged_records(const std::string& text, fuzz::Dice& dice);

}  // namespace calculon::torture
