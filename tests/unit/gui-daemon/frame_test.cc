// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui-daemon/frame/colour.h"
#include "gui-daemon/frame/geometry.h"
#include "gui-daemon/frame/title.h"

#include <gtest/gtest.h>

namespace insula::gui_daemon {
namespace {

TEST(Title, KeepsOrdinaryText)
{
    EXPECT_EQ(sanitise_title("Brief \xc3\xa4 \xe6\x97\xa5 \xf0\x9f\x98\x80"),
              "Brief \xc3\xa4 \xe6\x97\xa5 \xf0\x9f\x98\x80");
    EXPECT_EQ(sanitise_title("\xf4\x80\x80\x80"), "\xf4\x80\x80\x80") << "U+100000";
    EXPECT_EQ(sanitise_title("\xef\xbb\xb4"), "\xef\xbb\xb4") << "an Arabic letter, U+FEF4";
}

TEST(Title, ReplacesInvalidBytes)
{
    EXPECT_EQ(sanitise_title("\xff"), "?");
    EXPECT_EQ(sanitise_title("a\x80z"), "a?z");
    EXPECT_EQ(sanitise_title("\xc0\xaf"), "??") << "not the shortest form";
    EXPECT_EQ(sanitise_title("\xe0\x80\xaf"), "???");
    EXPECT_EQ(sanitise_title("\xed\xa0\x80"), "???") << "a surrogate";
    EXPECT_EQ(sanitise_title("\xf4\x90\x80\x80"), "????") << "above U+10FFFF";
    EXPECT_EQ(sanitise_title("\xe6\x97"), "??") << "cut";
}

TEST(Title, ReplacesControlAndDirectionCharacters)
{
    EXPECT_EQ(sanitise_title("\x1b[1m\n\t\x7f"), "?[1m???");
    EXPECT_EQ(sanitise_title("\xc2\x9b"), "?") << "C1";
    EXPECT_EQ(sanitise_title("\xe2\x80\x8f\xe2\x80\xae\xe2\x81\xa6\xd8\x9c"), "????");
    EXPECT_EQ(sanitise_title("\xe2\x80\x8b\xef\xbb\xbf\xe2\x80\xa8"), "???");
}

TEST(Title, IsNeverCutInsideACharacter)
{
    const std::string long_text(kMaxTitleBytes - 1, 'x');
    EXPECT_EQ(sanitise_title(long_text + "yz"), long_text + "y");
    EXPECT_EQ(sanitise_title(long_text + "\xc3\xa4"), long_text);
}

TEST(Title, ClassHasLettersAndDigitsOnly)
{
    EXPECT_EQ(sanitise_class("Xterm-1.2 \n\xc3"), "Xterm-1.2___");
    EXPECT_EQ(sanitise_class(std::string(100, 'a')).size(), kMaxClassBytes);
}

TEST(Geometry, OuterAndContentAreInverse)
{
    for (const Chrome chrome : {Chrome::Framed, Chrome::Bordered}) {
        const Rect content{10, 40, 300, 200};
        EXPECT_EQ(content_of(outer_of(content, chrome), chrome), content);
    }
    EXPECT_EQ(outer_of({10, 40, 300, 200}, Chrome::Framed), (Rect{6, 18, 308, 226}));
    EXPECT_EQ(outer_of({10, 40, 300, 200}, Chrome::Bordered), (Rect{8, 38, 304, 204}));
}

TEST(Geometry, ContentIsNeverEmpty)
{
    EXPECT_EQ(content_of({0, 0, 1, 1}, Chrome::Framed), (Rect{4, 22, 1, 1}));
}

TEST(Geometry, ClipsToTheBuffer)
{
    EXPECT_EQ(clip_to({-5, -5, 10, 10}, {100, 100}), (Rect{0, 0, 5, 5}));
    EXPECT_EQ(clip_to({95, 0, 10, 10}, {100, 5}), (Rect{95, 0, 5, 5}));
    EXPECT_EQ(clip_to({200, 0, 10, 10}, {100, 100}).width, 0u);
    EXPECT_EQ(clip_to({32767, 0, UINT32_MAX, 1}, {100, 100}).width, 0u);
}

TEST(Colour, TextStandsOutFromTheLabel)
{
    EXPECT_EQ(text_colour_on(0x000000), kWhite);
    EXPECT_EQ(text_colour_on(0xffff00), kBlack);
    EXPECT_EQ(text_colour_on(0x0000ff), kWhite);
}

}  // namespace
}  // namespace insula::gui_daemon
