#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json_reader.h"
#include "calculon/base/hash.h"

namespace calculon {

// Which lines of a file of results are believed. A record (record.h) begins with the id of its
// point and a checksum of the line without it:
//
//   {"id":"<32 digits>","sum":"<16 digits>","axes":{...},"status":"ok", ...}
//
// Records of earlier versions have no checksum: "axes" stands right behind their id. No damaged bit
// makes one form out of the other. Of them all keys and types are looked at instead.

// How every record begins.
inline constexpr std::string_view kRecordStart = R"({"id":")";

// A record of the earlier form with its checksum.
std::string with_checksum(std::string_view record);

// The id that a line begins with, whatever else it says.
std::optional<Hash128> record_id(std::string_view line);

// Why a line is not believed, "its checksum is wrong" for one; "" if it is.
std::string record_damage(std::string_view line);

// The record in a line, with all its keys and types as they have to be. Throws InputError for
// anything else.
Json parse_record(std::string_view line);

}  // namespace calculon
