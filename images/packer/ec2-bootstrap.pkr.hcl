# SPDX-License-Identifier: MIT
# An AMI that has ec2-bootstrap in it and nothing of the instance that it was made on.
#
#   make deb
#   packer init images/packer
#   packer build -var package=build/deb/ec2-bootstrap_VERSION_amd64.deb -var settings=settings.json \
#       images/packer

variable "package" {
  type        = string
  description = "The .deb that `make deb` built."
}

variable "settings" {
  type        = string
  description = "A JSON file of settings that all instances share. No password belongs in it."
}

variable "region" {
  type    = string
  default = "us-east-1"
}

variable "builder_proxy" {
  type        = string
  default     = ""
  description = "The proxy by which the builder reaches Debian's mirror, as http://host:port, if it needs one."
}

source "amazon-ebs" "debian" {
  region        = var.region
  instance_type = "t3.small"
  ssh_username  = "admin"
  ami_name      = "ec2-bootstrap-${formatdate("YYYYMMDD-hhmmss", timestamp())}"

  source_ami_filter {
    # Debian's own images of Debian 13.
    owners      = ["136693071363"]
    most_recent = true
    filters = {
      name                = "debian-13-amd64-*"
      virtualization-type = "hvm"
    }
  }
}

build {
  sources = ["source.amazon-ebs.debian"]

  # Into the home of ssh_username, where no other user can put anything.
  provisioner "file" {
    source      = var.package
    destination = "ec2-bootstrap.deb"
  }

  provisioner "file" {
    source      = var.settings
    destination = "ec2-bootstrap.json"
  }

  provisioner "shell" {
    execute_command  = "sudo env {{ .Vars }} sh -e '{{ .Path }}'"
    environment_vars = ["DEBIAN_FRONTEND=noninteractive", "http_proxy=${var.builder_proxy}"]
    inline = [
      "cloud-init status --wait || true # it may call its own boot degraded",
      "apt-get -o Acquire::Retries=5 update",
      "apt-get -o Acquire::Retries=5 install --yes --no-install-recommends ./ec2-bootstrap.deb",
      "install -D -m 0644 ec2-bootstrap.json /etc/ec2-bootstrap/config.d/50-image.json",
      "rm ec2-bootstrap.deb ec2-bootstrap.json",
    ]
  }

  # Last: what a later provisioner leaves is in the AMI. It also deletes the key that Packer has made for this
  # build; the connection stays.
  provisioner "shell" {
    execute_command = "sudo env {{ .Vars }} sh -e '{{ .Path }}'"
    script          = "${path.root}/../seal-builder"
  }
}
