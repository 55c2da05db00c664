# SPDX-License-Identifier: MIT
# For `packer init`. Packer before 1.7 has this plugin built in and does not know the block: it can do
# without this file.
packer {
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = ">= 1.2.0"
    }
  }
}
